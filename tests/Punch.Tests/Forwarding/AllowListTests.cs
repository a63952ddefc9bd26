using Punch.Protocol.Forwarding;
using Xunit;

namespace Punch.Tests.Forwarding;

public sealed class AllowListTests
{
    [Theory]
    [InlineData("localhost", 22, "localhost", "127.0.0.1", true)]
    [InlineData("localhost", 22, "LOCALHOST", "::1", true)]
    [InlineData("localhost", 22, "127.0.0.1", "127.0.0.1", true)]
    [InlineData("localhost", 22, "rebound.example", "127.0.0.1", true)]
    [InlineData("localhost", 22, "router", "192.168.1.1", false)]
    [InlineData("localhost", 22, "localhost", "127.0.0.1", false, 23)]
    [InlineData("10.0.0.5", 22, "db.internal", "10.0.0.5", true)]
    [InlineData("10.0.0.5", 22, "db.internal", "10.0.0.6", false)]
    [InlineData("10.0.0.5", 22, "::ffff:10.0.0.5", "::ffff:10.0.0.5", true)]
    [InlineData("db.internal", 22, "db.internal", "10.0.0.6", true)]
    [InlineData("db.internal", 22, "10.0.0.6", "10.0.0.6", false)]
    public void An_address_is_allowed_by_its_name_or_by_itself(
        string host, int port, string asked, string address, bool isAllowed, int askedPort = 22)
    {
        AllowList list = ListOf(new AllowRule(host, port, IsUdp: false, Literal(host)));

        Assert.Equal(isAllowed, list.Allows(new OpenRequest(OpenKind.Connect, asked, (ulong)askedPort), HostAddress.Parse(address)));
        Assert.False(list.Allows(new OpenRequest(OpenKind.Datagrams, asked, (ulong)askedPort), HostAddress.Parse(address)));
    }

    [Fact]
    public void An_empty_list_allows_nothing()
    {
        AllowList list = ListOf();

        Assert.False(list.MayAllow(new OpenRequest(OpenKind.Connect, "localhost", 22)));
        Assert.False(list.MayAllow(new OpenRequest(OpenKind.Unix, "/x", 0)));
        Assert.False(list.AllowsListen(new OpenRequest(OpenKind.Listen, "", 80), HostAddress.Parse("127.0.0.1")));
    }

    [Fact]
    public void A_name_is_looked_up_only_if_its_port_is_allowed()
    {
        AllowList list = ListOf(new AllowRule("localhost", 22, IsUdp: false, null));

        Assert.True(list.MayAllow(new OpenRequest(OpenKind.Connect, "any.example", 22)));
        Assert.False(list.MayAllow(new OpenRequest(OpenKind.Connect, "any.example", 23)));
    }

    private static HostAddress? Literal(string host) => HostAddress.TryParse(host, out HostAddress address) ? address : null;

    private static AllowList ListOf(params AllowRule[] rules) => new(rules, [], [], isAny: false);
}
