using Xunit;
using static Punch.Tests.Session.SessionRig;

namespace Punch.Tests.Session;

public sealed class PeerSessionEndTests
{
    [Fact]
    public void A_side_that_is_done_leaves_at_once_when_the_peer_has_its_proof_too()
    {
        var rig = new SessionRig(o => o with { Count = 1 });
        rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1)));

        var lastWords = rig.ReceiveProof(2);

        Assert.True(rig.Session.IsEnded);
        Assert.Contains(lastWords, word => word.Text.Contains(" bye=1"));
        Assert.Null(rig.Session.NextTimeout);
    }

    [Fact]
    public void A_finished_side_repeats_its_farewell_until_the_peer_shows_its_proof()
    {
        var rig = new SessionRig(o => o with { Count = 1 });
        rig.ReceiveProof(1);
        Assert.False(rig.Session.IsEnded);

        rig.Advance(100);
        rig.ReceiveProof(2);

        Assert.True(rig.Session.IsEnded);
    }

    [Theory]
    [InlineData(10, 300)]
    [InlineData(200, 600)]
    [InlineData(900, 2000)]
    public void A_side_that_hears_no_more_leaves_after_three_round_trips_within_bounds(int roundTrip, int leave)
    {
        var rig = new SessionRig(o => o with { Count = 1 });
        rig.Advance(roundTrip);
        rig.Receive(SessionRig.Peer, Message(PeerId, 1, (Id, 1)));

        int before = rig.Sent.Count;
        rig.Advance(leave - 1);
        Assert.False(rig.Session.IsEnded);
        rig.Advance(1);

        Assert.True(rig.Session.IsEnded);
        Assert.InRange(rig.Sent.Count - before, 10, 12);
        Assert.All(rig.Sent[before..], word => Assert.Contains(" bye=1", word.Text));
    }

    [Fact]
    public void The_count_counts_messages_that_were_confirmed_one_by_one()
    {
        var rig = new SessionRig(o => o with { Count = 3 });
        rig.ReceiveProof(1);
        rig.ReceiveProof(2);
        rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 3, (Id, rig.LastSequence - 1))));
        Assert.False(rig.Session.IsEnded);

        rig.Advance(1000);
        rig.ReceiveProof(4);

        Assert.True(rig.Session.IsEnded);
        Assert.Equal(3, rig.Session.Statistics.Answered);
    }

    [Fact]
    public void A_peer_that_leaves_takes_a_counting_side_along_and_both_have_their_proof()
    {
        var rig = new SessionRig(o => o with { Count = 5 });
        rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1)));

        rig.ReceiveProof(2, trailing: " bye=1");

        Assert.True(rig.Session.IsEnded);
        Assert.Equal(Verdict.TwoWay, rig.Session.Verdict);
    }

    [Fact]
    public void A_peer_that_leaves_closes_the_path_of_an_endless_side_which_waits_for_the_next_one()
    {
        var rig = new SessionRig();
        rig.ReceiveProof(1);
        rig.ReceiveProof(2);

        Assert.NotEmpty(rig.ReceiveProof(3, trailing: " bye=1"));
        Assert.Equal(TimeSpan.Zero, rig.Only(SessionEventKind.Closed).SilentFor);

        Assert.NotEmpty(rig.ReceiveProof(4, trailing: " bye=1"));
        Assert.Null(rig.Session.Path?.Remote);

        rig.ReceiveProof(1, id: 99);
        Assert.Equal([false, true], rig.Events.Where(e => e.Kind == SessionEventKind.Opened).Select(e => e.IsReopened));
    }

    [Fact]
    public void A_goodbye_without_proof_is_not_believed()
    {
        var rig = new SessionRig(o => o with { Count = 5 });
        rig.ReceiveProof(1);

        rig.Receive(SessionRig.Peer, Padded(Message(7, 1, null, " bye=1")));

        Assert.False(rig.Session.IsEnded);
        Assert.Equal(SessionRig.Peer, rig.Session.Path?.Remote);
    }

    [Fact]
    public void The_deadline_ends_it_with_or_without_proof()
    {
        var silent = new SessionRig(o => o with { Deadline = TimeSpan.FromSeconds(2) });
        var proven = new SessionRig(o => o with { Deadline = TimeSpan.FromSeconds(2) });
        proven.ReceiveProof();

        silent.Advance(1999);
        Assert.False(silent.Session.IsEnded);
        silent.Advance(1);
        proven.Advance(2000);

        Assert.Equal((true, Verdict.Nothing), (silent.Session.IsEnded, silent.Session.Verdict));
        Assert.Equal((true, Verdict.TwoWay), (proven.Session.IsEnded, proven.Session.Verdict));
        Assert.Contains(" bye=1", proven.Sent[^1].Text);
    }

    [Fact]
    public void Stopping_sends_a_farewell_on_an_open_path_and_nothing_more()
    {
        var rig = new SessionRig();
        rig.ReceiveProof();

        rig.Stop();
        int sent = rig.Sent.Count;
        rig.Receive(SessionRig.Peer, Message(PeerId, 5));
        rig.Advance(5000);

        Assert.Contains(" bye=1", rig.Sent[^1].Text);
        Assert.Equal(sent, rig.Sent.Count);
        Assert.Equal(SessionEventKind.Ended, rig.Events[^1].Kind);
    }

    [Theory]
    [InlineData(3, 6)]
    [InlineData(1, 6)]
    [InlineData(8, 16)]
    public void A_silent_path_is_checked_after_two_intervals_and_at_least_six_seconds_then_suspected_and_closed(int interval, int silence)
    {
        var rig = new SessionRig(o => o.Named(target => target with { UsesClockSlots = false }) with { Interval = TimeSpan.FromSeconds(interval) });
        rig.ReceiveProof(1, MovedPeer);
        rig.ReceiveProof(2, MovedPeer);

        rig.Advance((silence * 1000) - 1);
        Assert.DoesNotContain(rig.Sent.Skip(3), s => !s.Text.Contains("seen="));
        rig.Advance(1);
        Assert.Equal((MovedPeer, false), (rig.Sent[^1].To, rig.Sent[^1].Text.Contains("seen=")));
        rig.Advance(1499);
        Assert.Equal(0, rig.CountOf(SessionEventKind.Suspected));

        int before = rig.Sent.Count;
        rig.Advance(1);
        Assert.Equal(1, rig.CountOf(SessionEventKind.Suspected));
        Assert.Equal([SessionRig.Peer, SessionRig.Peer, MovedPeer], rig.Sent[before..].Select(s => s.To));
        rig.Advance(1500);

        Assert.Equal(TimeSpan.FromSeconds(silence + 3), rig.Only(SessionEventKind.Closed).SilentFor);
        Assert.Equal(MovedPeer, rig.Only(SessionEventKind.Closed).Remote);
        rig.ReceiveProof(3, MovedPeer);
        Assert.True(rig.Events.Last(e => e.Kind == SessionEventKind.Opened).IsReopened);
    }

    [Fact]
    public void A_reply_to_the_check_keeps_the_path_open()
    {
        var rig = new SessionRig(o => o.Named(target => target with { UsesClockSlots = false }));
        rig.ReceiveProof(1);
        for (uint i = 2; i < 20; i++)
        {
            rig.Advance(6000);
            rig.ReceiveProof(i);
        }

        Assert.Equal((1, 0, 0), (rig.CountOf(SessionEventKind.Opened), rig.CountOf(SessionEventKind.Suspected), rig.CountOf(SessionEventKind.Closed)));
    }

    [Fact]
    public void A_restarted_peer_is_proven_anew_and_the_losses_of_its_former_life_are_kept()
    {
        var rig = new SessionRig();
        rig.ReceiveProof(1);
        rig.ReceiveProof(4);
        Assert.Equal(new Loss(3, 2), rig.Session.Statistics.Inbound);

        rig.Receive(SessionRig.Peer, Padded(Message(99, 1)));
        Assert.Equal(1, rig.CountOf(SessionEventKind.Opened));
        rig.ReceiveProof(2, id: 99);

        Assert.Equal(2, rig.CountOf(SessionEventKind.Opened));
        Assert.Equal(new Loss(3, 2), rig.Session.Statistics.Inbound);
    }

    [Fact]
    public void Another_peer_behind_the_same_nat_does_not_take_a_path_that_is_alive()
    {
        var rig = new SessionRig();
        rig.ReceiveProof(1);

        rig.ReceiveProof(1, MovedPeer, id: 99);
        Assert.Equal(SessionRig.Peer, rig.Session.Path?.Remote);

        rig.Advance(2500);
        rig.ReceiveProof(2, MovedPeer, id: 99);
        Assert.Equal(MovedPeer, rig.Session.Path?.Remote);
    }

    [Fact]
    public void A_path_follows_its_peer_to_a_new_port_and_never_back_on_a_late_message()
    {
        var rig = new SessionRig();
        rig.ReceiveProof(1);
        rig.ReceiveProof(5, MovedPeer);

        rig.ReceiveProof(3);

        Assert.Equal(MovedPeer, rig.Session.Path?.Remote);
        Assert.Equal(1, rig.CountOf(SessionEventKind.Moved));
    }

    [Fact]
    public void Loss_out_is_what_the_peer_did_not_get_since_the_path_opened()
    {
        var rig = new SessionRig();
        rig.Receive(SessionRig.Peer, $"x punch/1 id={PeerId:x16} seq=1 seen={Id:x16}/1 held=0us got=1");
        rig.Advance(30_000);

        rig.Receive(SessionRig.Peer, $"x punch/1 id={PeerId:x16} seq=2 seen={Id:x16}/11 held=0us got=8");

        Assert.Equal(new Loss(10, 3), rig.Session.Statistics.Outbound);
    }

    [Fact]
    public void Refusals_are_counted_and_end_nothing()
    {
        var rig = new SessionRig(o => o with { Count = 1 });

        for (int i = 0; i < 100; i++) { rig.Session.Note(NetworkNotice.Refused(null, null), rig.Now); }

        Assert.False(rig.Session.IsEnded);
        Assert.Equal(100, rig.Session.Statistics.Refusals);
    }

    [Fact]
    public void Refusals_of_the_last_messages_do_not_count()
    {
        var rig = new SessionRig(o => o with { Count = 1 });
        rig.ReceiveProof(1);
        Assert.False(rig.Session.IsEnded);

        rig.Session.Note(NetworkNotice.Refused(null, null), rig.Now);

        Assert.Equal(0, rig.Session.Statistics.Refusals);
    }
}
