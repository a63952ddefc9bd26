using Punch.Net.Resolving;
using Xunit;

namespace Punch.Tests.Net;

public sealed class ResolverTests
{
    [Theory]
    [InlineData("192.0.2.1", AddressFamilies.Any)]
    [InlineData("192.0.2.1", AddressFamilies.V4)]
    [InlineData("2001:db8::1", AddressFamilies.Any)]
    [InlineData("2001:db8::1", AddressFamilies.V6)]
    [InlineData("0.0.0.0", AddressFamilies.Any)]
    public void A_literal_is_itself(string host, AddressFamilies families) =>
        Assert.Equal([HostAddress.Parse(host)], Resolve(host, families));

    [Fact]
    public void A_mapped_literal_is_the_IPv4_address_it_stands_for() =>
        Assert.Equal([HostAddress.Parse("192.0.2.1")], Resolve("::ffff:192.0.2.1", AddressFamilies.V4));

    [Fact]
    public void A_link_local_literal_keeps_its_scope() =>
        Assert.Equal(3u, Assert.Single(Resolve("fe80::1%3", AddressFamilies.Any)).ScopeId);

    [Theory]
    [InlineData("192.0.2.1", AddressFamilies.V6, "192.0.2.1 is not an IPv6 address")]
    [InlineData("2001:db8::1", AddressFamilies.V4, "2001:db8::1 is not an IPv4 address")]
    [InlineData("::ffff:192.0.2.1", AddressFamilies.V6, "192.0.2.1 is not an IPv6 address")]
    public void A_literal_of_the_other_family_is_refused(string host, AddressFamilies families, string message) =>
        Assert.Equal(message, Assert.Throws<NameResolutionException>(() => Resolve(host, families)).Message);

    [Theory]
    [InlineData("5")]
    [InlineData("10.1")]
    [InlineData("10.0.1")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("192.0.2.300")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    public void The_historic_forms_and_mistypings_of_IPv4_are_refused_without_a_look_up(string host) =>
        Assert.Equal(
            $"'{host}' is neither a name nor an address (an IPv4 address has four decimal numbers)",
            Assert.Throws<NameResolutionException>(() => Resolve(host, AddressFamilies.Any)).Message);

    [Theory]
    [InlineData("fe80::1234", "fe80::1234 needs its interface, as in fe80::1234%eth0: left out")]
    [InlineData("::", ":: means any address, not a host: left out")]
    [InlineData("0.0.0.0", "0.0.0.0 means any address, not a host: left out")]
    [InlineData("224.0.0.1", "224.0.0.1 is a multicast address, not a host: left out")]
    [InlineData("ff02::1", "ff02::1 is a multicast address, not a host: left out")]
    [InlineData("255.255.255.255", "255.255.255.255 is the broadcast address, not a host: left out")]
    public void An_address_that_is_not_a_single_host_is_left_out_if_the_name_has_others(string bad, string reason)
    {
        List<string> leftOut = [];
        HostAddress good = HostAddress.Parse("10.9.0.2");

        Assert.Equal([good], Resolver.SingleHosts([HostAddress.Parse(bad), good], leftOut.Add));
        Assert.Equal([reason], leftOut);
        Assert.Equal([HostAddress.Parse(bad)], Resolver.SingleHosts([HostAddress.Parse(bad)], leftOut.Add));
        Assert.Single(leftOut);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("host name")]
    [InlineData("\0")]
    public void A_text_that_is_not_a_host_is_refused(string host) =>
        Assert.Throws<NameResolutionException>(() => Resolve(host, AddressFamilies.Any));

    [Fact]
    public void A_scope_that_is_not_an_interface_is_refused() =>
        Assert.Equal(
            "there is no interface named nosuch0",
            Assert.Throws<NameResolutionException>(() => Resolve("fe80::1%nosuch0", AddressFamilies.Any)).Message);

    [Fact]
    public void A_name_longer_than_any_is_refused() =>
        Assert.Throws<NameResolutionException>(() => Resolve(new string('a', 300), AddressFamilies.Any));

    [Fact]
    public void Localhost_is_a_loopback_address()
    {
        IReadOnlyList<HostAddress> addresses = Resolve("localhost", AddressFamilies.V4);

        Assert.All(addresses, address => Assert.True(address.IsLoopback));
        Assert.NotEmpty(addresses);
        Assert.Equal(addresses.Distinct(), addresses);
    }

    [Fact]
    public void A_look_up_is_given_up_when_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(
            () => Resolver.Resolve("localhost", AddressFamilies.Any, TimeSpan.FromSeconds(10), new CancellationToken(canceled: true)));

    [Fact]
    public void Families_take_turns_from_the_preferred_one_up_to_the_limit()
    {
        HostAddress[] v6 = [.. Enumerable.Range(1, 12).Select(i => HostAddress.Parse($"2001:db8::{i}"))];
        HostAddress[] v4 = [.. Enumerable.Range(1, 3).Select(i => HostAddress.Parse($"192.0.2.{i}"))];

        Assert.Equal([v6[0], v4[0], v6[1], v4[1], v6[2], v4[2], .. v6[3..]], Resolver.Interleave([.. v6, .. v4]));
        Assert.Equal([v4[0], v6[0], v4[1], v6[1], v4[2], v6[2], .. v6[3..]], Resolver.Interleave([.. v4, .. v6]));
    }

    [Fact]
    public void No_name_gives_more_addresses_than_the_limit()
    {
        HostAddress[] many = [.. Enumerable.Range(1, Resolver.MaxAddresses + 1).Select(i => HostAddress.Parse($"192.0.2.{i}"))];

        Assert.Equal(many[..Resolver.MaxAddresses], Resolver.Interleave(many));
    }

    private static IReadOnlyList<HostAddress> Resolve(string host, AddressFamilies families) =>
        Resolver.Resolve(host, families, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
}
