using Punch.Net.Streams;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>Which proxy the environment names for a server.</summary>
public sealed class ProxyEnvironmentTests
{
    [Theory]
    [InlineData("HTTPS_PROXY=http://p:3128", "a.example", "p:3128")]
    [InlineData("https_proxy=p:8080", "a.example", "p:8080")]
    [InlineData("ALL_PROXY=http://p", "a.example", "p:80")]
    [InlineData("HTTPS_PROXY=http://q:1 ALL_PROXY=http://p:2", "a.example", "q:1")]
    [InlineData("HTTP_PROXY=http://p:3128", "a.example", null)]
    [InlineData("HTTPS_PROXY=http://p:1 NO_PROXY=example", "a.example", null)]
    [InlineData("HTTPS_PROXY=http://p:1 NO_PROXY=.example", "a.example", null)]
    [InlineData("HTTPS_PROXY=http://p:1 NO_PROXY=a.example,b", "A.Example", null)]
    [InlineData("HTTPS_PROXY=http://p:1 NO_PROXY=*", "a.example", null)]
    [InlineData("HTTPS_PROXY=http://p:1 NO_PROXY=le", "a.example", "p:1")]
    [InlineData("HTTPS_PROXY=http://p:1 no_proxy=10.0.0.0/8", "10.1.2.3", null)]
    [InlineData("HTTPS_PROXY=http://p:1 no_proxy=10.0.0.0/8", "11.1.2.3", "p:1")]
    [InlineData("HTTPS_PROXY=http://p:1 no_proxy=2001:db8::1", "2001:db8::1", null)]
    [InlineData("HTTPS_PROXY=http://[2001:db8::9]:3128", "a.example", "[2001:db8::9]:3128")]
    [InlineData("HTTPS_PROXY=http://user:secret@p:1", "a.example", "p:1")]
    public void The_proxy_of_the_environment_is_found(string variables, string host, string? expected)
    {
        HttpProxy? proxy = Of(variables).Find(host, out string? unusable);

        Assert.Equal(expected, proxy?.ToString());
        Assert.Null(unusable);
    }

    [Fact]
    public void A_proxy_of_another_kind_is_named_and_not_used()
    {
        Assert.Null(Of("ALL_PROXY=socks5://p:1080").Find("a.example", out string? unusable));
        Assert.Equal("ALL_PROXY", unusable);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("http://:3128")]
    [InlineData("http://p:0")]
    [InlineData("http://p:99999")]
    [InlineData("http://p:1/path")]
    [InlineData("http://p q:1")]
    [InlineData("https://p:1")]
    public void Text_that_is_no_proxy_is_refused(string text) => Assert.Null(HttpProxy.TryParse(text));

    [Theory]
    [InlineData("0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef", true)]
    [InlineData("ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=", true)]
    [InlineData("ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8", true)]
    [InlineData("0123", false)]
    [InlineData("", false)]
    [InlineData("zz23456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef", false)]
    public void A_pin_is_hexadecimal_or_base64(string text, bool isPin)
    {
        Assert.Equal(isPin, CertificatePin.TryParse(text, out CertificatePin? pin));
        if (isPin) { Assert.Equal("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", pin!.ToString()); }
    }

    private static ProxyEnvironment Of(string variables)
    {
        Dictionary<string, string> values = variables.Split(' ')
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1]);
        return new ProxyEnvironment(values.GetValueOrDefault);
    }
}
