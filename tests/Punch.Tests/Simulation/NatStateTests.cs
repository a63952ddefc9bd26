using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>Lifetimes, limits, reboots and hairpinning.</summary>
public sealed class NatStateTests
{
    private const string X = "192.168.1.2:6311";
    private const string X2 = "192.168.1.3:7000";
    private const string Y = "203.0.113.5:1000";
    private const string Z = "203.0.113.9:1000";

    private static readonly NatOptions Random = new() { Allocation = PortAllocation.Random };

    [Fact]
    public void A_mapping_without_replies_lives_30_seconds()
    {
        NatRig kept = Fresh(out TransportAddress outside);
        NatRig inbound = Fresh(out _);
        NatRig outbound = Fresh(out _);

        Assert.Equal(outside, kept.Out(X, Y, 29.999));
        Assert.Equal(DropReason.NoMapping, inbound.TryIn(Y, outside, 30).Reason);
        Assert.NotEqual(outside, outbound.Out(X, Y, 30));
    }

    [Fact]
    public void A_mapping_with_replies_lives_120_seconds_after_the_last_outbound_packet()
    {
        NatRig nat = Fresh(out TransportAddress outside);
        nat.In(Y, outside, 10);

        Assert.NotNull(nat.In(Y, outside, 119.999));
        Assert.Equal(DropReason.NoMapping, nat.TryIn(Y, outside, 120).Reason);
    }

    [Fact]
    public void Outbound_packets_refresh_and_inbound_ones_do_so_only_where_said()
    {
        NatRig outboundOnly = Fresh(out TransportAddress outside);
        for (int at = 20; at <= 200; at += 20) { Assert.Equal(outside, outboundOnly.Out(X, Y, at)); }

        NatRig both = NatRig.Of(Random with { Refresh = Refresh.Bidirectional });
        outside = both.Out(X, Y);
        for (int at = 20; at <= 400; at += 20) { Assert.NotNull(both.In(Y, outside, at)); }

        outside = outboundOnly.Out(X, Y, 210);
        for (int at = 220; at < 330; at += 20) { Assert.NotNull(outboundOnly.In(Y, outside, at)); }

        Assert.Null(outboundOnly.In(Y, outside, 330));
    }

    [Fact]
    public void A_permission_expires_by_itself_while_the_mapping_is_kept_by_other_traffic()
    {
        NatRig nat = Fresh(out TransportAddress outside);

        Assert.Equal(outside, nat.Out(X, Z, 20));

        Assert.Equal(DropReason.Filtered, nat.TryIn(Y, outside, 31).Reason);
        Assert.NotNull(nat.In(Z, outside, 31));
    }

    [Fact]
    public void An_expired_port_is_free_again()
    {
        NatRig nat = NatRig.Of(new NatOptions());
        nat.Out(X, Y);

        Assert.NotEqual(6311, nat.Out("192.168.1.3:6311", Y, 29).Port);
        Assert.Equal(6311, nat.Out("192.168.1.4:6311", Y, 30).Port);
    }

    [Fact]
    public void One_mapping_over_the_limit_is_refused_until_one_expires()
    {
        NatRig nat = NatRig.Of(Random with { MaxMappings = 100 });
        for (int i = 0; i < 100; i++) { nat.Out($"192.168.1.2:{5000 + i}", Y, i * 0.1); }

        Assert.Equal(DropReason.TableFull, nat.TryOut(X, Y, 29.9).Reason);
        Assert.Equal(100, nat.Nat.MappingCount);
        Assert.NotEqual(default, nat.Out("192.168.1.2:5050", Y, 29.9));
        Assert.NotEqual(default, nat.Out(X, Y, 30));
        Assert.Equal(100, nat.Nat.MappingCount);
    }

    [Fact]
    public void A_full_table_has_room_again_each_time_an_entry_expires()
    {
        NatRig nat = NatRig.Of(Random with { MaxMappings = 2 });
        nat.Out("192.168.1.2:1", Y, 0);
        nat.Out("192.168.1.2:2", Y, 10);
        nat.Out("192.168.1.2:3", Y, 30);

        Assert.Equal(DropReason.TableFull, nat.TryOut("192.168.1.2:4", Y, 39.9).Reason);
        Assert.NotEqual(default, nat.Out("192.168.1.2:4", Y, 40));
        Assert.Equal(2, nat.Nat.MappingCount);
    }

    [Fact]
    public void One_permission_over_the_limit_is_refused_until_one_expires()
    {
        NatRig nat = NatRig.Of(Random with { MaxPermissions = 100 });
        for (int i = 1; i <= 100; i++) { nat.Out(X, $"203.0.113.5:{i}"); }

        Assert.Equal(DropReason.TableFull, nat.TryOut(X, Z, 1).Reason);
        Assert.Equal(100, nat.Nat.PermissionCount);
        Assert.NotEqual(default, nat.Out(X, Z, 30));
    }

    [Fact]
    public void A_stranger_cannot_grow_any_table_past_its_limit()
    {
        NatRig nat = NatRig.Of(NatPresets.Linux.Nats[0] with { MaxMappings = 100 });
        var wan = new TransportAddress(NatRig.WanAddress, 6311);

        for (int i = 1; i <= 101; i++)
        {
            StateChange expected = i <= 100 ? StateChange.Confirmed : StateChange.None;
            Assert.Equal(expected, nat.TryIn($"203.0.113.5:{i}", wan).Change);
        }

        Assert.Equal(100, nat.Nat.EarlyCount);
        Assert.Equal(0, nat.Nat.MappingCount);
        Assert.Equal(0, nat.Nat.PermissionCount);
    }

    [Fact]
    public void A_reboot_forgets_everything_and_takes_its_time()
    {
        NatRig nat = NatRig.Of(NatPresets.Linux.Nats[0] with { Allocation = PortAllocation.Random });
        TransportAddress outside = nat.Out(X, Y);
        nat.TryIn(Z, outside);

        nat.Nat.Reboot(NatRig.At(1), TimeSpan.FromSeconds(2));

        Assert.Equal((0, 0, 0), (nat.Nat.MappingCount, nat.Nat.PermissionCount, nat.Nat.EarlyCount));
        Assert.Equal(DropReason.Down, nat.TryIn(Y, outside, 1).Reason);
        Assert.Equal(DropReason.Down, nat.TryOut(X, Y, 2.9).Reason);
        Assert.Equal(DropReason.NoMapping, nat.TryIn(Y, outside, 3).Reason);
        Assert.NotEqual(outside, nat.Out(X, Y, 3));
    }

    [Fact]
    public void A_NAT_that_does_not_hairpin_drops_the_packet_and_keeps_no_state()
    {
        NatRig nat = NatRig.Of(Random);

        Assert.Equal(DropReason.NoHairpin, nat.TryOut(X, $"{NatRig.Wan}:5000").Reason);
        Assert.Equal(0, nat.Nat.MappingCount);
    }

    [Fact]
    public void A_hairpinned_packet_has_its_outside_source_and_meets_the_filter()
    {
        NatRig nat = NatRig.Of(Random with { Hairpins = true });
        TransportAddress x = nat.Out(X, Y);
        TransportAddress x2 = nat.Out(X2, Y);

        Packet first = nat.TryOut(X, x2.ToString()).Packet;
        Assert.Equal(x, first.Source);
        Assert.Null(nat.In(first.Source.ToString(), first.Destination));

        Packet second = nat.TryOut(X2, x.ToString()).Packet;
        Assert.Equal(TransportAddress.Parse(X), nat.In(second.Source.ToString(), second.Destination));
        Assert.Equal(TransportAddress.Parse(X2), nat.In(first.Source.ToString(), first.Destination));
    }

    [Fact]
    public void The_same_seed_gives_the_same_ports()
    {
        string[] remotes = [.. Enumerable.Range(1, 50).Select(i => $"203.0.113.5:{i}")];
        NatOptions options = NatPresets.SymmetricRandom.Nats[0];

        TransportAddress[] PortsOf(ulong seed)
        {
            NatRig nat = NatRig.Of(options, seed);
            return [.. remotes.Select(remote => nat.Out(X, remote))];
        }

        Assert.Equal(PortsOf(7), PortsOf(7));
        Assert.NotEqual(PortsOf(7), PortsOf(8));
    }

    private static NatRig Fresh(out TransportAddress outside)
    {
        NatRig nat = NatRig.Of(Random);
        outside = nat.Out(X, Y);
        return nat;
    }
}
