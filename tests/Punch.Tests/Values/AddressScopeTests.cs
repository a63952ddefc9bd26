using Xunit;

namespace Punch.Tests.Values;

public sealed class AddressScopeTests
{
    [Theory]
    [InlineData("0.0.0.0", AddressScope.Unusable)]
    [InlineData("0.255.255.255", AddressScope.Unusable)]
    [InlineData("1.0.0.0", AddressScope.Public)]
    [InlineData("10.255.255.255", AddressScope.Private)]
    [InlineData("11.0.0.0", AddressScope.Public)]
    [InlineData("100.63.255.255", AddressScope.Public)]
    [InlineData("100.64.0.0", AddressScope.Shared)]
    [InlineData("100.127.255.255", AddressScope.Shared)]
    [InlineData("100.128.0.0", AddressScope.Public)]
    [InlineData("127.0.0.5", AddressScope.Loopback)]
    [InlineData("169.254.1.1", AddressScope.LinkLocal)]
    [InlineData("172.15.255.255", AddressScope.Public)]
    [InlineData("172.31.255.255", AddressScope.Private)]
    [InlineData("172.32.0.0", AddressScope.Public)]
    [InlineData("192.0.2.1", AddressScope.Public)]
    [InlineData("192.168.0.1", AddressScope.Private)]
    [InlineData("223.255.255.255", AddressScope.Public)]
    [InlineData("224.0.0.1", AddressScope.Multicast)]
    [InlineData("240.0.0.1", AddressScope.Unusable)]
    [InlineData("255.255.255.255", AddressScope.Unusable)]
    [InlineData("::", AddressScope.Unusable)]
    [InlineData("::1", AddressScope.Loopback)]
    [InlineData("::2", AddressScope.Public)]
    [InlineData("2001:db8::1", AddressScope.Public)]
    [InlineData("fc00::1", AddressScope.Private)]
    [InlineData("fdff::1", AddressScope.Private)]
    [InlineData("fe80::1", AddressScope.LinkLocal)]
    [InlineData("fec0::1", AddressScope.Public)]
    [InlineData("ff02::1", AddressScope.Multicast)]
    [InlineData("::ffff:10.0.0.1", AddressScope.Private)]
    public void An_address_has_the_scope_of_its_block(string text, AddressScope scope)
    {
        var address = HostAddress.Parse(text);

        Assert.Equal(scope, address.Scope());
        Assert.Equal(scope == AddressScope.Public, address.IsPublic());
        Assert.Equal(scope is not (AddressScope.Multicast or AddressScope.Unusable), address.IsUnicast());
    }

    [Theory]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("192.168.1.7/24", "192.168.1.200", true)]
    [InlineData("192.168.1.7/24", "192.168.2.7", false)]
    [InlineData("192.168.1.7/32", "192.168.1.7", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    [InlineData("2001:db8::1/128", "2001:db8::1", true)]
    public void A_prefix_holds_the_addresses_that_share_its_bits(string prefix, string address, bool expected)
    {
        Assert.Equal(prefix, Prefix.Parse(prefix).ToString());
        Assert.Equal(expected, Prefix.Parse(prefix).Contains(HostAddress.Parse(address)));
    }

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10/8")]
    [InlineData("::/129")]
    public void Other_text_is_not_a_prefix(string text) => Assert.Throws<FormatException>(() => Prefix.Parse(text));
}
