using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

/// <summary>The conntrack quirk: a peer's early packet makes Linux move this side's port.</summary>
public sealed class EarlyPacketTests
{
    private const string X = "192.168.1.2:6311";
    private const string Y = "203.0.113.5:6311";
    private const string Z = "203.0.113.9:6311";

    private static readonly TransportAddress Wan = new(NatRig.WanAddress, 6311);

    public static TheoryData<Mapping> Mappings() => [.. Enum.GetValues<Mapping>().Where(mapping => mapping != Mapping.None)];

    [Fact]
    public void An_early_packet_moves_the_flow_to_its_sender_and_no_earlier_one()
    {
        NatRig nat = Linux();

        Passage early = nat.TryIn(Y, Wan);
        TransportAddress toZ = nat.Out(X, Z);
        Passage toY = nat.TryOut(X, Y, 0.1);

        Assert.Equal((DropReason.NoMapping, StateChange.Confirmed), (early.Reason, early.Change));
        Assert.Equal(StateChange.Remapped, toY.Change);
        Assert.NotEqual(Wan, toY.Packet.Source);
        Assert.Equal(Wan, toZ);
        Assert.Equal(Wan, nat.Out(X, Z, 0.2));
    }

    [Fact]
    public void Destinations_that_come_after_a_moved_flow_see_the_moved_port_while_it_lives()
    {
        NatRig nat = Linux();
        nat.TryIn(Y, Wan);
        TransportAddress moved = nat.Out(X, Y, 0.1);

        Assert.Equal(moved, nat.Out(X, Z, 0.2));
        Assert.Equal(Wan, nat.Out(X, Z, 40));
    }

    [Fact]
    public void Without_the_quirk_an_early_packet_changes_nothing()
    {
        NatRig nat = Linux(EarlyPacket.Ignored);

        Assert.Equal(StateChange.None, nat.TryIn(Y, Wan).Change);
        Assert.Equal(Wan, nat.Out(X, Y, 0.1));
        Assert.NotNull(nat.In(Y, Wan, 0.2));
    }

    [Fact]
    public void The_peers_packets_to_the_old_port_never_come_in_and_to_the_new_port_do()
    {
        NatRig nat = Linux();
        nat.TryIn(Y, Wan);

        TransportAddress moved = nat.Out(X, Y, 0.1);

        Assert.Null(nat.In(Y, Wan, 0.2));
        Assert.Equal(TransportAddress.Parse(X), nat.In(Y, moved, 0.2));
        Assert.Null(nat.In(Z, moved, 0.2));
    }

    [Theory]
    [InlineData(29.9, true)]
    [InlineData(30, false)]
    public void An_early_packet_is_remembered_30_seconds(double at, bool isMoved)
    {
        NatRig nat = Linux();
        nat.TryIn(Y, Wan);

        Assert.Equal(isMoved, nat.Out(X, Y, at) != Wan);
    }

    [Fact]
    public void Each_further_packet_keeps_the_bad_entry_alive()
    {
        NatRig nat = Linux();
        for (int at = 0; at <= 100; at += 20) { nat.TryIn(Y, Wan, at); }

        Assert.NotEqual(Wan, nat.Out(X, Y, 129.9));
    }

    [Fact]
    public void The_flow_stays_on_its_new_port_after_the_early_entry_is_gone()
    {
        NatRig nat = Linux();
        nat.TryIn(Y, Wan);
        TransportAddress moved = nat.Out(X, Y, 1);

        for (int at = 20; at <= 200; at += 20) { Assert.Equal(moved, nat.Out(X, Y, at)); }

        Assert.Equal(Wan, nat.Out(X, Y, 230));
    }

    [Fact]
    public void A_packet_that_comes_after_ours_is_a_reply_and_moves_nothing()
    {
        NatRig nat = Linux();
        Assert.Equal(Wan, nat.Out(X, Y));

        Assert.NotNull(nat.In(Y, Wan, 0.1));
        Assert.Equal(Wan, nat.Out(X, Y, 0.2));
        Assert.Equal(0, nat.Nat.EarlyCount);
    }

    [Fact]
    public void An_early_packet_to_another_port_or_from_another_port_moves_nothing()
    {
        NatRig nat = Linux();
        nat.TryIn(Y, Wan with { Port = 6312 });
        nat.TryIn("203.0.113.5:6312", Wan);

        Assert.Equal(Wan, nat.Out(X, Y));
    }

    [Theory]
    [MemberData(nameof(Mappings))]
    public void Under_every_mapping_behaviour_only_the_clashing_flow_moves(Mapping mapping)
    {
        NatRig nat = NatRig.Of(new NatOptions { Mapping = mapping, EarlyPacket = EarlyPacket.Held });
        TransportAddress toZ = nat.Out(X, Z);
        nat.TryIn(Y, Wan);

        TransportAddress toY = nat.Out(X, Y, 0.1);

        Assert.Equal(Wan, toZ);
        Assert.NotEqual(Wan, toY);
        Assert.Equal(toZ, nat.Out(X, Z, 0.2));
        Assert.Equal(toY, nat.Out(X, Y, 0.2));
        Assert.Null(nat.In(Y, Wan, 0.3));
        Assert.NotNull(nat.In(Y, toY, 0.3));
        Assert.NotNull(nat.In(Z, toZ, 0.3));
    }

    [Fact]
    public void A_first_packet_that_clashes_leaves_the_preserved_port_to_other_flows()
    {
        NatRig nat = NatRig.Of(new NatOptions { EarlyPacket = EarlyPacket.Held });
        nat.TryIn(Y, Wan);

        Assert.NotEqual(Wan, nat.Out(X, Y));
        Assert.Equal(Wan, nat.Out(X, Z));
    }

    private static NatRig Linux(EarlyPacket early = EarlyPacket.Held) =>
        NatRig.Of(NatPresets.Linux.Nats[0] with { EarlyPacket = early });
}
