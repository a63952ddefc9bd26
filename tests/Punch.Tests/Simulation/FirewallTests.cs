using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

public sealed class FirewallTests
{
    private const string X = "[2001:db8:1::2]:6311";
    private const string Y = "[2001:db8:2::5]:1000";
    private const string OtherPortOfY = "[2001:db8:2::5]:1001";
    private const string Z = "[2001:db8:3::9]:1000";

    private static readonly TransportAddress Inside = TransportAddress.Parse(X);

    [Theory]
    [InlineData(Filtering.EndpointIndependent, true, true)]
    [InlineData(Filtering.AddressDependent, true, false)]
    [InlineData(Filtering.AddressAndPortDependent, false, false)]
    public void It_lets_in_what_its_filtering_allows_and_translates_nothing(Filtering filtering, bool otherPort, bool otherHost)
    {
        NatRig firewall = RigOf(new FirewallOptions { Filtering = filtering });

        Assert.Equal(DropReason.Filtered, firewall.TryIn(Y, Inside).Reason);
        Assert.Equal(Inside, firewall.Out(X, Y));

        Assert.Equal(Inside, firewall.In(Y, Inside));
        Assert.Equal(otherPort, firewall.In(OtherPortOfY, Inside) is not null);
        Assert.Equal(otherHost, firewall.In(Z, Inside) is not null);
        Assert.Equal(DropReason.Filtered, firewall.TryIn(Y, Inside with { Port = 6312 }).Reason);
    }

    [Fact]
    public void A_permission_lives_30_seconds_and_with_replies_120()
    {
        NatRig firewall = RigOf(new FirewallOptions());
        firewall.Out(X, Y);
        firewall.Out(X, Z);
        firewall.In(Z, Inside, 1);

        Assert.Null(firewall.In(Y, Inside, 30));
        Assert.NotNull(firewall.In(Z, Inside, 119.9));
        Assert.Null(firewall.In(Z, Inside, 120));
    }

    [Fact]
    public void Inbound_packets_refresh_only_where_said()
    {
        NatRig firewall = RigOf(new FirewallOptions { Refresh = Refresh.Bidirectional });
        firewall.Out(X, Y);

        for (int at = 20; at <= 400; at += 20) { Assert.NotNull(firewall.In(Y, Inside, at)); }
    }

    [Fact]
    public void One_permission_over_the_limit_is_refused()
    {
        NatRig firewall = RigOf(new FirewallOptions { MaxPermissions = 10 });
        for (int i = 1; i <= 10; i++) { firewall.Out(X, $"[2001:db8:2::5]:{i}"); }

        Assert.Equal(DropReason.TableFull, firewall.TryOut(X, Y).Reason);
        Assert.Equal(Inside, firewall.Out(X, "[2001:db8:2::5]:10"));
        Assert.Equal(Inside, firewall.Out(X, Y, 30));
    }

    [Fact]
    public void A_dual_stack_router_treats_each_family_by_its_own_middlebox()
    {
        var nat = new Nat(new NatOptions { PublicAddresses = [NatRig.WanAddress] }, 1);
        var router = new DualStack(nat, new Firewall(new FirewallOptions()));
        var rig = new NatRig(router);

        Assert.Equal(NatRig.WanAddress, rig.Out("192.168.1.2:6311", "203.0.113.5:1000").Host);
        Assert.Equal(Inside, rig.Out(X, Y));
        Assert.Equal([NatRig.WanAddress], router.OutsideAddresses);
        Assert.True(router.Hides(HostAddress.Parse("192.168.1.2")));
        Assert.False(router.Hides(Inside.Host));
    }

    private static NatRig RigOf(FirewallOptions options) => new(new Firewall(options));
}
