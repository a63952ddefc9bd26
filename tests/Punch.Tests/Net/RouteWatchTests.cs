using Punch.Net.Addresses;
using Xunit;

namespace Punch.Tests.Net;

public sealed class RouteWatchTests
{
    private static readonly HostAddress Home = HostAddress.Parse("192.168.1.2");
    private static readonly HostAddress Tunnel = HostAddress.Parse("10.8.0.2");

    [Fact]
    public void Private_hosts_behind_another_route_than_the_default_one_are_told_once()
    {
        var watch = new RouteWatch(to => to.Host.ToString().StartsWith("10.", StringComparison.Ordinal) ? Tunnel : Home);

        watch.Ask(Addresses("10.1.2.3:1", "172.17.0.2:1", "198.51.100.7:1", "169.254.169.254:80", "127.0.0.1:1"));

        Assert.NotNull(watch.Next);
        Assert.True(watch.TryNotice(Instant.Zero, out NetworkNotice notice));
        Assert.Equal([HostAddress.Parse("10.1.2.3")], notice.Routed!);
        watch.Ask(Addresses("10.1.2.3:2"));
        Assert.Null(watch.Next);
        Assert.False(watch.TryNotice(Instant.Zero, out _));
    }

    [Fact]
    public void Without_a_default_route_any_route_is_another_one()
    {
        var watch = new RouteWatch(to => to.Host == HostAddress.Parse("10.1.2.3") ? Tunnel : null);

        watch.Ask(Addresses("10.1.2.3:1", "10.9.9.9:1"));

        Assert.True(watch.TryNotice(Instant.Zero, out NetworkNotice notice));
        Assert.Equal([HostAddress.Parse("10.1.2.3")], notice.Routed!);
    }

    [Fact]
    public void No_more_hosts_are_looked_at_than_the_limit()
    {
        int looked = 0;
        var watch = new RouteWatch(to =>
        {
            looked++;
            return null;
        });

        watch.Ask(Enumerable.Range(0, 1000).Select(i => TransportAddress.Parse($"10.0.{i / 250}.{1 + (i % 250)}:1")));
        watch.TryNotice(Instant.Zero, out _);

        Assert.Equal(RouteWatch.Capacity, looked);
    }

    private static IEnumerable<TransportAddress> Addresses(params string[] texts) => texts.Select(TransportAddress.Parse);
}
