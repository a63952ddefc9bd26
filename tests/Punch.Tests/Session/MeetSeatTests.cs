using Punch.Protocol.Candidates.Rendezvous;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>How a session keeps its seat on a server, moves it, and gives it a second address.</summary>
public sealed class MeetSeatTests
{
    private static readonly byte[] Ticket = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    private static readonly byte[] Next = [.. Enumerable.Range(101, 16).Select(i => (byte)i)];

    [Fact]
    public void The_ticket_goes_along_only_when_the_seat_moves()
    {
        using var rig = new AgentRig();
        Assert.Empty(rig.TicketInLastJoin()!);
        rig.Answer(ticket: Ticket);
        rig.Advance(19_000);
        Assert.Null(rig.TicketInLastJoin());
        rig.Answer();

        rig.ReceiveNotice(rig.Hello(0));
        rig.Advance(5_000);

        Assert.Contains(rig.Events, e => e.Kind == SessionEventKind.FreshPort);
        Assert.Equal(Ticket, rig.TicketInLastJoin());
    }

    [Fact]
    public void After_a_challenge_the_ticket_goes_along()
    {
        using var rig = new AgentRig();
        rig.Answer(ticket: Ticket);
        rig.Advance(19_000);

        rig.Answer(error: StunErrorCode.StaleNonce);

        Assert.Equal(Ticket, rig.TicketInLastJoin());
    }

    [Fact]
    public void A_refresh_that_finds_the_seat_elsewhere_is_sent_again_at_once_with_the_ticket()
    {
        using var rig = new AgentRig();
        rig.Answer(ticket: Ticket);
        rig.Advance(19_000);
        Assert.Null(rig.TicketInLastJoin());

        rig.Answer(isKept: false);
        Assert.Equal(Ticket, rig.TicketInLastJoin());
        int joins = Joins(rig);
        rig.Answer(isKept: false);

        Assert.Equal(joins, Joins(rig));
    }

    [Fact]
    public void A_server_that_keeps_nothing_and_gives_no_nonce_is_asked_slowly()
    {
        using var rig = new AgentRig();
        for (int i = 0; i < 10; i++)
        {
            rig.Answer(isKept: false);
            int joins = Joins(rig);
            rig.Advance(1_900);
            Assert.Equal(joins, Joins(rig));
            rig.Advance(120);
            Assert.Equal(joins + 1, Joins(rig));
        }
    }

    [Fact]
    public void A_ticket_that_comes_for_a_join_that_was_replaced_is_taken()
    {
        using var rig = new AgentRig();
        rig.Answer(ticket: Ticket);
        rig.ReceiveNotice(rig.Hello(0));
        rig.Advance(3_000);
        TransactionId moving = rig.LastJoin;
        Assert.Equal(Ticket, rig.TicketInLastJoin());
        rig.ReceiveNotice(rig.Hello(2));
        Assert.NotEqual(moving, rig.LastJoin);

        rig.Answer(id: moving, ticket: Next);
        rig.Answer(isKept: false);

        Assert.Equal(Next, rig.TicketInLastJoin());
    }

    [Fact]
    public void A_seat_that_is_elsewhere_is_asked_for_twice_a_second_for_a_while()
    {
        using var rig = new AgentRig();
        rig.Answer(ticket: Ticket);
        rig.Advance(19_000);
        int joins = Joins(rig);

        for (int i = 0; i < 40; i++)
        {
            rig.Answer(isKept: false);
            rig.Advance(500);
        }

        Assert.InRange(Joins(rig) - joins, 12, 18);
        Assert.Equal(Ticket, rig.TicketInLastJoin());
    }

    [Fact]
    public void A_ticket_without_a_seat_is_not_taken()
    {
        using var rig = new AgentRig();

        rig.Answer(isKept: false, ticket: Ticket);
        rig.Advance(3_000);

        Assert.Empty(rig.TicketInLastJoin()!);
    }

    [Fact]
    public void The_peer_knows_both_addresses_of_a_side_with_two_families_after_three_round_trips()
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = 5 });
        pair.A = pair.Start("a", DualHost(pair, "a", "2001:db8:a::2", "198.51.100.1"), MeetPair.LocalA, Instant.Zero);
        TimeSpan later = pair.Options.RoundTrip * 3;
        pair.B = pair.Start("b", DualHost(pair, "b", "2001:db8:b::2", "203.0.113.2"), MeetPair.LocalB, Instant.At(later));

        pair.Simulator.RunUntil(Instant.At(later + (pair.Options.RoundTrip * 1.1)));
        pair.Claim(Peer(pair, pair.B) is { V4: not null, V6: not null }, "B is told of both at once");

        pair.Simulator.RunUntil(Instant.At(later + (pair.Options.RoundTrip * 4)));
        pair.Claim(Peer(pair, pair.A) is { V4: not null, V6: not null }, "A is told of both");
        pair.Claim(pair.AreOpen, "both are open");
    }

    [Fact]
    public void The_peer_learns_of_a_fresh_port_within_one_round_trip()
    {
        MeetPair pair = MeetPair.Of("symmetric-random", "symmetric-random", new MeetPairOptions { Seed = 6, Gap = TimeSpan.Zero });
        pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(1)));
        for (int round = 0; round < 4; round++)
        {
            int ports = FreshPorts(pair.A);
            pair.Claim(pair.Simulator.RunUntil(() => FreshPorts(pair.A) > ports, pair.Simulator.Now + TimeSpan.FromSeconds(20)), "a fresh port");
            TransportAddress? before = Peer(pair, pair.B)?.V4?.Address;

            pair.Run(pair.Options.RoundTrip * 1.05);

            pair.Claim(Peer(pair, pair.B)?.V4?.Address != before, $"B hears of it in round {round}");
        }
    }

    private static int Joins(AgentRig rig) => rig.Sent.Count(sent => JoinRequest.IsLikely(sent.Bytes));

    private static int FreshPorts(SimulatedMachine<SessionEvent> machine) => machine.Events.Count(e => e.Event.Kind == SessionEventKind.FreshPort);

    private static RemoteParty? Peer(MeetPair pair, SimulatedMachine<SessionEvent> machine) =>
        ((MeetingGathering)pair.Session(machine).Gathering).Peer;

    private static Node DualHost(MeetPair pair, string name, string v6, string v4) => pair.Simulator.Network.AddHost(
        name, pair.Simulator.Network.Internet, [HostAddress.Parse(v4), HostAddress.Parse(v6)], pair.Link);
}
