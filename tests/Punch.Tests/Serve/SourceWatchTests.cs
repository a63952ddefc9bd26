using Punch.Server;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>A server reports if all clients have its gateway's address. A server on a private network does not.</summary>
public sealed class SourceWatchTests
{
    private static readonly Instant Start = Instant.At(TimeSpan.FromMinutes(5));

    [Fact]
    public void Several_ports_of_the_gateway_alone_are_reported_once_a_minute()
    {
        SourceWatch watch = Make("172.17.0.1");
        Assert.Null(Told(watch, Start, "172.17.0.1:1001"));

        Assert.Equal("172.17.0.1", Told(watch, Start, "172.17.0.1:1002"));
        Assert.Null(Told(watch, Start + TimeSpan.FromSeconds(59), "172.17.0.1:1003", "172.17.0.1:1004"));
        Assert.Null(Told(watch, Start + TimeSpan.FromSeconds(60)));
        Assert.Equal("172.17.0.1", Told(watch, Start + TimeSpan.FromSeconds(61), "172.17.0.1:1001", "172.17.0.1:1002"));
    }

    [Theory]
    [InlineData("192.168.1.20:1001", "192.168.1.20:1002")] // one client that is not a gateway
    [InlineData("192.168.1.1:1001", "192.168.1.1:1001")] // the router itself
    [InlineData("192.168.1.1:1001", "192.168.1.1:1002", "198.51.100.7:1", "192.168.1.20:2")] // the router among others
    [InlineData("198.51.100.7:1001", "198.51.100.7:1002")] // public
    [InlineData("127.0.0.1:1001", "127.0.0.1:1002")] // this machine
    public void Clients_in_the_private_network_cause_no_warning(params string[] clients) =>
        Assert.Null(Told(Make("192.168.1.1"), Start, clients));

    [Fact]
    public void A_neighbour_on_a_link_without_a_router_is_no_reason_for_a_word() =>
        Assert.Null(Told(Make(), Start, "[fe80::1%2]:1001", "[fe80::1%2]:1002"));

    [Fact]
    public void Where_no_route_leads_further_the_only_neighbour_is_told() =>
        Assert.Equal("10.88.0.1", Told(Make(), Start, "10.88.0.1:1001", "10.88.0.1:1002"));

    [Fact]
    public void The_gateways_of_this_machine_can_be_read() => Assert.All(Gateways.Known(), gateway => Assert.False(gateway.IsAny));

    private static SourceWatch Make(params string[] gateways)
    {
        HostAddress[] known = [.. gateways.Select(HostAddress.Parse)];
        var watch = new SourceWatch(() => known);
        watch.IsDue(Start, out _);
        return watch;
    }

    private static string? Told(SourceWatch watch, Instant now, params string[] clients)
    {
        foreach (string client in clients) { watch.Note(TransportAddress.Parse(client)); }

        return watch.IsDue(now, out HostAddress seen) ? seen.ToString() : null;
    }
}
