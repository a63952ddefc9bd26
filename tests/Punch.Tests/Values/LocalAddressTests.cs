using Xunit;

namespace Punch.Tests.Values;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData("192.168.1.255", "192.168.1.7", 24, true)]
    [InlineData("192.168.1.0", "192.168.1.7", 24, true)]
    [InlineData("192.168.1.254", "192.168.1.7", 24, false)]
    [InlineData("192.168.2.255", "192.168.1.7", 24, false)]
    [InlineData("192.168.3.255", "192.168.1.7", 22, true)]
    [InlineData("192.168.1.255", "192.168.1.7", 22, false)]
    [InlineData("10.0.0.3", "10.0.0.1", 30, true)]
    [InlineData("10.0.0.1", "10.0.0.0", 31, false)]
    [InlineData("10.0.0.1", "10.0.0.1", 32, false)]
    [InlineData("255.255.255.255", "10.0.0.1", 0, false)]
    [InlineData("192.168.1.255", "fe80::1", 24, false)]
    [InlineData("2001:db8::", "2001:db8::1", 64, false)]
    public void The_first_and_last_address_of_a_subnet_are_its_broadcasts(string address, string own, int prefix, bool expected)
    {
        LocalAddress[] hosts = [new(HostAddress.Parse(own), prefix)];

        Assert.Equal(expected, hosts.IsBroadcast(HostAddress.Parse(address)));
    }

    [Theory]
    [InlineData("192.168.1.9", true)]
    [InlineData("192.168.2.9", false)]
    [InlineData("2001:db8:0:1::9", true)]
    [InlineData("2001:db8:0:2::9", false)]
    [InlineData("203.0.113.9", false)]
    public void What_is_on_a_known_subnet_is_near(string address, bool expected)
    {
        LocalAddress[] hosts =
        [
            new(HostAddress.Parse("192.168.1.2"), 24),
            new(HostAddress.Parse("2001:db8:0:1::1"), 64),
            new(HostAddress.Parse("203.0.113.1"), 0),
        ];

        Assert.Equal(expected, hosts.IsNear(HostAddress.Parse(address)));
    }

    [Fact]
    public void Only_its_very_addresses_are_a_machines_own()
    {
        LocalAddress[] hosts = [new(HostAddress.Parse("192.168.1.2"), 24)];

        Assert.True(hosts.HasAddress(HostAddress.Parse("192.168.1.2")));
        Assert.False(hosts.HasAddress(HostAddress.Parse("192.168.1.3")));
    }
}
