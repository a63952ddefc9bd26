using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

/// <summary>What becomes of the seat of a process that was killed. Parties 1 and 2 are in the room, and 3 comes.</summary>
public sealed class SeatCheckTests
{
    private static readonly TransportAddress Old = TransportAddress.Parse("192.0.2.7:39999");
    private static readonly double[] Pauses = [0, 0.5, 0.5, 0.5];

    [Fact]
    public void A_third_party_has_both_asked_and_gets_the_place_of_the_one_that_says_nothing()
    {
        var rig = Room();
        Assert.Equal(StunErrorCode.Forbidden, rig.JoinChecked(C, party: 3).Error);
        Assert.Equal((2, true, true), (rig.Last.NoticeCount, rig.Notice().IsCheck, rig.Notice().Peer.IsEmpty));
        Assert.Equal([A, B], new[] { rig.First.To, rig.Second.To }.OrderBy(each => each.Port));

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(StunErrorCode.Forbidden, rig.JoinChecked(C, party: 3).Error);
            rig.JoinChecked(A, party: 1);
            rig.Wait(0.5);
        }

        JoinReply answer = rig.JoinChecked(C, party: 3);

        Assert.Equal((RendezvousOutcome.Paired, A), (rig.Last.Outcome, answer.Peer.V4));
    }

    [Fact]
    public void Two_that_answer_keep_their_seats_for_ever()
    {
        var rig = Room();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(StunErrorCode.Forbidden, rig.JoinChecked(C, party: 3).Error);
            rig.Wait(0.5);
            rig.JoinChecked(A, party: 1);
            rig.JoinChecked(B, party: 2);
        }
    }

    [Fact]
    public void Two_that_are_gone_leave_both_places()
    {
        var rig = Room();

        Assert.Equal(RendezvousOutcome.Waiting, Knock(rig, C, party: 3));

        rig.JoinChecked(V6A, party: 4);
        Assert.Equal(RendezvousOutcome.Paired, rig.Last.Outcome);
    }

    [Theory]
    [InlineData(1.4, 50)] // too soon, however often
    [InlineData(10, 2)] // too few, however late
    public void A_seat_is_not_free_before_its_party_had_time_and_several_chances(double seconds, int times)
    {
        var rig = Room();
        for (int i = 0; i < times; i++)
        {
            Assert.Equal(StunErrorCode.Forbidden, rig.JoinChecked(C, party: 3).Error);
            rig.Wait(seconds / times);
        }

        Assert.Equal(StunErrorCode.Forbidden, rig.JoinChecked(C, party: 3).Error);
    }

    [Fact]
    public void A_client_that_does_not_know_checks_is_not_asked_and_keeps_its_seat()
    {
        var rig = new RendezvousRig();
        rig.Join(A, party: 1);
        rig.Join(B, party: 2);

        Assert.Equal(RendezvousOutcome.Crowded, Knock(rig, C, party: 3));

        Assert.Equal(0, rig.Last.NoticeCount);
    }

    [Fact]
    public void Who_has_not_proven_its_address_has_nobody_asked_and_takes_no_seat()
    {
        var rig = Room();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(StunErrorCode.StaleNonce, rig.JoinCold(C, party: 3).Error);
            Assert.Equal(StunErrorCode.StaleNonce, rig.JoinCold(A, party: 3).Error);
            Assert.Equal(0, rig.Last.NoticeCount);
            rig.Wait(1);
        }

        Assert.Equal(0, rig.Waiting);
        Assert.Equal(StunErrorCode.Forbidden, rig.JoinChecked(C, party: 3).Error);
    }

    [Fact]
    public void Who_leaves_has_nobody_asked()
    {
        var rig = Room();

        rig.Leave(C, party: 3);

        Assert.Equal((RendezvousOutcome.Crowded, 0), (rig.Last.Outcome, rig.Last.NoticeCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_party_at_the_very_address_of_a_seat_takes_it_at_once(bool isCrowded)
    {
        var rig = Room();
        if (!isCrowded) { rig.Leave(B, party: 2); }

        JoinReply answer = rig.JoinChecked(A, party: 3);

        Assert.Equal(isCrowded ? RendezvousOutcome.Paired : RendezvousOutcome.Waiting, rig.Last.Outcome);
        Assert.Equal(isCrowded ? B : null, answer.Peer.V4);
    }

    [Fact]
    public void A_peer_that_is_sought_and_says_nothing_is_not_told_of_any_more()
    {
        var rig = Room();
        for (int second = 0; second < 10; second++)
        {
            rig.Wait(second == 0 ? 0 : 1);
            Assert.Equal(B, rig.JoinChecked(A, party: 1, isSeeking: true).Peer.V4);
            Assert.Equal((1, true, false), (rig.Last.NoticeCount, rig.Notice().IsCheck, rig.Notice().Peer.IsEmpty));
        }

        rig.Wait(1);
        Assert.True(rig.JoinChecked(A, party: 1, isSeeking: true).Peer.IsEmpty);
        Assert.Equal(RendezvousOutcome.Waiting, rig.Last.Outcome);
    }

    [Fact]
    public void A_ticket_that_moved_a_seat_moves_it_again_when_nobody_answers_there()
    {
        RendezvousRig rig = Moved(out byte[] spent, out byte[] lost);

        for (int i = 0; i < 3; i++)
        {
            Assert.Null(rig.JoinChecked(C, party: 1, ticket: spent).Lifetime);
            Assert.Equal((RendezvousOutcome.Held, 1, A), (rig.Last.Outcome, rig.Last.NoticeCount, rig.First.To));
            Assert.True(rig.Notice() is { IsCheck: true, Peer.IsEmpty: true });
            rig.Wait(0.5);
        }

        Assert.Equal(lost, rig.JoinChecked(C, party: 1, ticket: spent).Ticket.ToArray());

        Assert.Equal((RendezvousOutcome.Paired, C), (rig.Last.Outcome, rig.JoinChecked(B, party: 2).Peer.V4));
    }

    [Fact]
    public void A_ticket_that_moved_a_seat_does_nothing_while_its_party_answers()
    {
        RendezvousRig rig = Moved(out byte[] spent, out _);

        for (int i = 0; i < 100; i++)
        {
            JoinReply answer = rig.JoinChecked(C, party: 1, ticket: spent);

            Assert.Equal((RendezvousOutcome.Held, true), (rig.Last.Outcome, answer.Ticket.IsEmpty));
            rig.Wait(0.5);
            rig.JoinChecked(A, party: 1);
        }

        Assert.Equal(A, rig.JoinChecked(B, party: 2).Peer.V4);
    }

    [Fact]
    public void Who_comes_back_to_a_seat_that_a_spent_ticket_took_has_it_again_at_once()
    {
        RendezvousRig rig = Moved(out byte[] spent, out byte[] own);
        for (int i = 0; i < 4; i++)
        {
            rig.JoinChecked(C, party: 1, ticket: spent);
            rig.Wait(0.5);
        }

        rig.JoinChecked(A, party: 1, ticket: own);

        Assert.Equal((RendezvousOutcome.Paired, A), (rig.Last.Outcome, rig.JoinChecked(B, party: 2).Peer.V4));
    }

    [Fact]
    public void A_spent_ticket_gives_up_no_seat_and_has_no_client_of_before_asked()
    {
        RendezvousRig rig = Moved(out byte[] spent, out _);
        for (int i = 0; i < 10; i++)
        {
            rig.Leave(C, party: 1, ticket: spent);
            Assert.Equal((RendezvousOutcome.Held, 0), (rig.Last.Outcome, rig.Last.NoticeCount));
            rig.Wait(0.5);
        }

        rig.Join(A, party: 1);
        for (int i = 0; i < 10; i++)
        {
            rig.JoinChecked(C, party: 1, ticket: spent);
            Assert.Equal((RendezvousOutcome.Held, 0), (rig.Last.Outcome, rig.Last.NoticeCount));
            rig.Wait(0.5);
        }
    }

    [Fact]
    public void A_peer_that_is_not_sought_is_not_asked()
    {
        var rig = Room();
        for (int i = 0; i < 10; i++)
        {
            rig.Wait(1);
            rig.JoinChecked(A, party: 1);
            Assert.Equal(0, rig.Last.NoticeCount);
        }
    }

    private static RendezvousRig Room()
    {
        var rig = new RendezvousRig();
        rig.JoinChecked(A, party: 1);
        rig.JoinChecked(B, party: 2);
        return rig;
    }

    /// <summary>Parties 1 and 2 are in the room. Party 1 moved to A by a ticket that is spent, and got another one.</summary>
    private static RendezvousRig Moved(out byte[] spent, out byte[] given)
    {
        var rig = new RendezvousRig();
        spent = rig.JoinChecked(Old, party: 1, ticket: []).Ticket.ToArray();
        rig.JoinChecked(B, party: 2);
        given = rig.JoinChecked(A, party: 1, ticket: spent).Ticket.ToArray();
        return rig;
    }

    private static RendezvousOutcome Knock(RendezvousRig rig, TransportAddress from, byte party)
    {
        foreach (double pause in Pauses)
        {
            rig.Wait(pause);
            rig.JoinChecked(from, party);
        }

        return rig.Last.Outcome;
    }
}
