using Punch.Net;
using Punch.Net.Addresses;
using Xunit;

namespace Punch.Tests.Net;

public sealed class RemoteRulesTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0 means any address, not a host")]
    [InlineData("::", ":: means any address, not a host")]
    [InlineData("224.0.0.1", "224.0.0.1 is a multicast address, not a host")]
    [InlineData("239.255.255.250", "239.255.255.250 is a multicast address, not a host")]
    [InlineData("ff02::1", "ff02::1 is a multicast address, not a host")]
    [InlineData("255.255.255.255", "255.255.255.255 is the broadcast address, not a host")]
    [InlineData("fe80::1", "fe80::1 needs its interface, as in fe80::1%eth0")]
    [InlineData("::ffff:224.0.0.1", "224.0.0.1 is a multicast address, not a host")]
    public void An_address_that_is_not_a_single_host_is_refused(string address, string message)
    {
        LocalNetworkException e = Assert.Throws<LocalNetworkException>(() => RemoteRules.RequireUnicast(HostAddress.Parse(address)));

        Assert.Equal((LocalNetworkError.NotUnicast, message), (e.Error, e.Message));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("192.168.1.255")]
    [InlineData("203.0.113.1")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    public void A_single_host_is_allowed(string address) => RemoteRules.RequireUnicast(HostAddress.Parse(address));

    [Theory]
    [InlineData("127.255.255.254")]
    [InlineData("240.0.0.255")]
    [InlineData("2001:db8::1")]
    public void Another_address_is_not_a_directed_broadcast(string address) =>
        Assert.False(RemoteRules.IsDirectedBroadcast(HostAddress.Parse(address)));

    [Fact]
    public void The_loopback_subnet_has_a_broadcast() =>
        Assert.True(RemoteRules.IsDirectedBroadcast(HostAddress.Parse("127.255.255.255")));
}
