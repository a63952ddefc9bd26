using Xunit;
using static Punch.Tests.Session.SessionRig;

namespace Punch.Tests.Session;

public sealed class PeerSessionTests
{
    [Fact]
    public void It_begins_with_an_empty_datagram_and_a_message_to_every_address()
    {
        TransportAddress v6 = TransportAddress.Parse("[2001:db8::1]:6311");

        var rig = new SessionRig(o => o.Named(target => target with { Remotes = [v6, SessionRig.Peer] }));

        Assert.Equal([v6, SessionRig.Peer, v6, SessionRig.Peer], rig.Sent.Select(s => s.To));
        Assert.Equal(["", ""], rig.Sent.Take(2).Select(s => s.Text));
        Assert.All(rig.Sent.Skip(2), s => Assert.Equal("2026-11-22 14:23:01 +0000 punch/1 id=1111222233334444 seq=1".PadRight(112), s.Text));
    }

    [Fact]
    public void Messages_go_out_on_the_ladder_and_then_within_a_second_each()
    {
        var rig = new SessionRig();
        Instant start = rig.Now;

        rig.Advance(60_000);

        double[] times = [.. rig.Sent.Skip(1).Where(s => s.To == SessionRig.Peer).Select(s => (s.At - start).TotalMilliseconds)];
        Assert.Equal([0, 20, 50, 100, 200, 400, 800], times.Take(7));
        Assert.All(times.Skip(7).Zip(times.Skip(6)), pair => Assert.InRange(pair.First - pair.Second, 800, 1000));
    }

    [Fact]
    public void Waiting_for_a_minute_sends_no_more_than_random_waits_of_a_second_did_and_never_twenty_in_a_second()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            var rig = new SessionRig(o => o with { Seed = seed, WallClock = o.WallClock.AddSeconds(seed * 0.37) });
            rig.Advance(60_000);

            // The empty datagram, seven rungs, and 59.2 s of waits with a mean of half a second.
            Assert.InRange(rig.Sent.Count, 60, 1 + 7 + 118);
            Assert.All(rig.Sent, first => Assert.InRange(rig.Sent.Count(s => s.At >= first.At && s.At - first.At < TimeSpan.FromSeconds(1)), 1, 20));
        }
    }

    [Fact]
    public void A_first_message_is_answered_at_once_with_what_was_seen()
    {
        var rig = new SessionRig();
        rig.Advance(5);

        var answer = Assert.Single(rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 7))));

        Assert.Equal("2026-11-22 14:23:01 +0000 punch/1 id=1111222233334444 seq=2 seen=aaaabbbbccccdddd/7 held=0us got=1".PadRight(112), answer.Text);
        Assert.Equal(Verdict.OneWay, rig.Session.Verdict);
        Assert.Equal(0, rig.CountOf(SessionEventKind.Opened));
    }

    [Fact]
    public void A_message_that_names_us_opens_the_path_and_measures_the_round_trip_without_the_time_it_was_held()
    {
        var rig = new SessionRig();
        rig.Advance(15);

        rig.Receive(SessionRig.Peer, $"2026-11-22 14:23:01 +0000 punch/1 id={PeerId:x16} seq=1 seen={Id:x16}/1 held=5000us got=1");

        SessionEvent open = rig.Only(SessionEventKind.Opened);
        Assert.Equal((SessionRig.Peer, TimeSpan.FromMilliseconds(15), TimeSpan.FromMilliseconds(10), false), (open.Remote, open.Elapsed, open.RoundTrip, open.IsMoved));
        Assert.Equal(Verdict.TwoWay, rig.Session.Verdict);
    }

    [Theory]
    [InlineData(Id + 1, 1)]
    [InlineData(Id, 0)]
    [InlineData(Id, 2)]
    public void A_message_that_names_another_id_or_a_message_we_never_sent_proves_nothing(ulong id, uint sequence)
    {
        var rig = new SessionRig();

        rig.Receive(SessionRig.Peer, Message(PeerId, 1, (id, sequence)));

        Assert.Equal(Verdict.OneWay, rig.Session.Verdict);
        Assert.Null(rig.Session.Path?.Remote);
    }

    [Fact]
    public void A_peer_without_its_own_proof_is_answered_every_time_and_one_with_proof_is_not()
    {
        var rig = new SessionRig();

        Assert.Single(rig.Receive(SessionRig.Peer, Message(PeerId, 1)));
        Assert.Single(rig.Receive(SessionRig.Peer, Message(PeerId, 2, (Id, 1))));
        Assert.Single(rig.Receive(SessionRig.Peer, Message(PeerId, 3, (Id, 1))));
        Assert.Empty(rig.ReceiveProof(4));
    }

    [Fact]
    public void A_moved_port_is_answered_there_with_no_more_bytes_than_came_and_becomes_the_path_on_proof()
    {
        var rig = new SessionRig();
        string first = Padded(Message(PeerId, 1));

        var answer = Assert.Single(rig.Receive(MovedPeer, first));
        Assert.Equal(MovedPeer, answer.To);
        Assert.InRange(answer.Text.Length, 1, first.Length);
        Assert.Contains($"seen={PeerId:x16}/1", answer.Text);
        Assert.Null(rig.Session.Path?.Remote);

        rig.ReceiveProof(2, MovedPeer);
        Assert.Equal(MovedPeer, rig.Session.Path?.Remote);
        Assert.True(rig.Only(SessionEventKind.Opened).IsMoved);
    }

    [Fact]
    public void A_moved_port_that_sent_too_few_bytes_for_a_whole_answer_gets_the_bare_message()
    {
        var rig = new SessionRig();
        string first = Message(PeerId, 1);

        var answer = Assert.Single(rig.Receive(MovedPeer, first));

        Assert.Equal("2026-11-22 14:23:01 +0000 punch/1 id=1111222233334444 seq=2", answer.Text);
        Assert.InRange(answer.Text.Length, 1, first.Length);
        Assert.Single(rig.Receive(MovedPeer, Message(PeerId, 2, (Id, 2))));
        Assert.Equal(MovedPeer, rig.Session.Path?.Remote);
    }

    [Fact]
    public void A_moved_port_that_sent_fewer_bytes_than_any_reply_gets_none()
    {
        var rig = new SessionRig();

        Assert.Empty(rig.Receive(MovedPeer, "x punch/1 id=1 seq=1"));
    }

    [Fact]
    public void Replies_to_unproven_messages_are_limited_in_rate()
    {
        var rig = new SessionRig();
        int sent = 0;
        for (uint i = 1; i <= 1000; i++) { sent += rig.Receive(MovedPeer, Padded(Message(i, 1))).Count; }

        Assert.Equal(Exchange.UnprovenReplies, sent);

        int before = rig.Sent.Count;
        rig.Advance(1000);
        int scheduled = rig.Sent.Count - before;
        for (uint i = 1; i <= 1000; i++) { sent += rig.Receive(MovedPeer, Padded(Message(i, 2))).Count; }

        Assert.Equal(Exchange.UnprovenReplies * 2, sent);
        Assert.InRange(scheduled, 6, 20);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60_000)]
    public void A_forger_of_the_peers_address_gets_no_more_bytes_out_of_an_open_path_than_it_sends(int size)
    {
        var rig = new SessionRig(o => o with { Size = size });
        rig.ReceiveProof();
        Assert.NotNull(rig.Session.Path);

        long brought = 0;
        long got = 0;
        int answers = 0;
        for (uint i = 1; i <= 1000; i++)
        {
            string forged = i % 2 == 0 ? Message(i, 1) : Padded(Message(i, 1, (Id + i, 1)));
            var sent = rig.Receive(SessionRig.Peer, forged);
            brought += forged.Length;
            got += sent.Sum(each => (long)each.Text.Length);
            answers += sent.Count;
            Assert.All(sent, each => Assert.InRange(each.Text.Length, 0, forged.Length));
        }

        Assert.InRange(got, 1, brought);
        Assert.InRange(answers, 1, Exchange.UnprovenReplies);
        Assert.DoesNotContain(rig.Events.Skip(10), e => e.IsProof);
    }

    [Fact]
    public void A_recorded_proof_that_is_sent_again_counts_as_no_proof()
    {
        var rig = new SessionRig(o => o with { Size = 60_000 });
        string proof = Padded(Message(PeerId, 1, (Id, rig.LastSequence)));
        rig.Receive(SessionRig.Peer, proof);

        long got = 0;
        for (int i = 0; i < 1000; i++) { got += rig.Receive(SessionRig.Peer, proof).Sum(each => (long)each.Text.Length); }

        Assert.InRange(got, 0, (long)proof.Length * Exchange.UnprovenReplies);
        Assert.Single(rig.Events, e => e is { Kind: SessionEventKind.Received, IsProof: true });
    }

    [Fact]
    public void A_report_of_an_expired_prime_is_credited_to_the_prime_it_quotes()
    {
        // Long enough for each timetable to have primed with several hop limits.
        var rig = new SessionRig();
        rig.Advance(40_000);
        SessionEvent[] primes = [.. rig.Events.Where(e => e.HopLimit > 0)];
        SessionEvent far = primes.Last(e => e.Remote.Port > 6327);
        SessionEvent near = primes.Last(e => e.Remote.Port <= 6327);

        rig.Session.Note(NetworkNotice.HopLimitExceeded(far.Remote, HostAddress.Parse("198.51.100.77")), rig.Now);
        rig.Session.Note(NetworkNotice.HopLimitExceeded(TransportAddress.Parse("192.0.2.1:9"), HostAddress.Parse("10.0.0.1")), rig.Now);
        rig.Advance(30_000);

        byte expected = far.HopLimit;
        Assert.NotEqual(near.Remote, far.Remote);
        Assert.All(rig.Events.Where(e => e.HopLimit > 0 && e.Elapsed > TimeSpan.FromSeconds(41)), e => Assert.Equal(expected, e.HopLimit));
    }

    [Fact]
    public void A_stranger_changes_nothing_but_a_counter()
    {
        var rig = new SessionRig();

        Assert.Empty(rig.Receive(Stranger, Message(PeerId, 1, (Id, 1))));

        Assert.Equal(DatagramKind.Stranger, rig.Events[^1].Datagram);
        Assert.Equal((1, 0, Verdict.Nothing), (rig.Session.Statistics.Strangers, rig.Session.Statistics.Received, rig.Session.Verdict));
    }

    [Fact]
    public void Forgers_of_the_peers_host_never_push_out_the_proven_peer_or_take_its_path()
    {
        var rig = new SessionRig();
        rig.ReceiveProof();
        for (uint i = 1; i <= 1000; i++) { rig.Receive(SessionRig.Peer, Message(i, 1)); }

        rig.ReceiveProof(2);

        Assert.Equal(SessionRig.Peer, rig.Session.Path?.Remote);
        Assert.Equal(1, rig.CountOf(SessionEventKind.Opened));
        Assert.Equal(2, rig.Session.Statistics.Answered);
    }

    [Fact]
    public void The_table_of_peers_is_bounded()
    {
        var table = new RemotePeerTable();
        var route = new Route(Local, SessionRig.Peer);
        RemotePeer kept = table.Add(1, route, Instant.Zero, null);
        for (uint i = 2; i <= RemotePeerTable.Capacity + 1; i++) { table.Add(i, route, Instant.At(TimeSpan.FromSeconds(i)), kept); }

        Assert.Equal(RemotePeerTable.Capacity, table.Count);
        Assert.Same(kept, table.Find(1));
        Assert.Null(table.Find(2));
    }

    [Fact]
    public void Plain_datagrams_prove_the_inbound_direction_alone()
    {
        var rig = new SessionRig(o => o with { Count = 1, Deadline = TimeSpan.FromSeconds(5) });

        rig.Receive(SessionRig.Peer, "");
        rig.Receive(SessionRig.Peer, "2007-02-26 12:00:00 +0000");
        rig.Advance(5000);

        Assert.Equal([DatagramKind.Punch, DatagramKind.Plain], rig.Events.Where(e => e.Kind == SessionEventKind.Received).Select(e => e.Datagram));
        Assert.True(rig.Session.IsEnded);
        Assert.Equal(Verdict.OneWay, rig.Session.Verdict);
    }

    [Fact]
    public void With_one_way_ok_a_plain_datagram_ends_it_and_an_empty_one_does_not()
    {
        var rig = new SessionRig(o => o with { Count = 1, Requirement = Requirement.OneWay });

        rig.Receive(SessionRig.Peer, "");
        Assert.False(rig.Session.IsEnded);

        rig.Receive(SessionRig.Peer, "2007-02-26 12:00:00 +0000");
        Assert.True(rig.Session.IsEnded);
    }

    [Fact]
    public void With_one_way_ok_it_waits_for_a_peer_that_can_prove_both_ways()
    {
        var rig = new SessionRig(o => o with { Count = 1, Requirement = Requirement.OneWay });

        rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1)));
        rig.Receive(SessionRig.Peer, "noise");

        Assert.False(rig.Session.IsEnded);
    }

    [Fact]
    public void Another_version_is_counted_and_never_answered()
    {
        var rig = new SessionRig();

        Assert.Empty(rig.Receive(SessionRig.Peer, "2026-11-22 14:23:01 +0000 punch/2 something=new"));

        Assert.Equal(1, rig.Session.Statistics.OtherVersions);
        Assert.Equal(Verdict.OneWay, rig.Session.Verdict);
    }

    [Fact]
    public void In_a_flood_each_message_gets_one_reply_and_a_repeated_one_gets_none()
    {
        var rig = new SessionRig(o => o with { Interval = TimeSpan.Zero });
        rig.ReceiveProof(1);
        rig.ReceiveProof(2);

        Assert.Single(rig.ReceiveProof(3));
        Assert.Single(rig.ReceiveProof(4));
        Assert.Empty(rig.ReceiveProof(4));
    }

    [Fact]
    public void A_session_that_talks_to_itself_proves_its_own_path()
    {
        var rig = new SessionRig();
        rig.Receive(SessionRig.Peer, rig.Sent[^1].Text);

        rig.Receive(SessionRig.Peer, rig.Sent[^1].Text);

        Assert.Equal(SessionRig.Peer, rig.Session.Path?.Remote);
    }

    [Fact]
    public void Messages_are_padded_to_the_size_asked_for()
    {
        var rig = new SessionRig(o => o with { Size = 1400 });

        Assert.Equal([0, 1400], rig.Sent.Select(s => s.Text.Length));
    }

    [Fact]
    public void No_remote_or_too_many_or_one_without_a_socket_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => new SessionRig(o => o.Named(target => target with { Remotes = [] })));
        Assert.Throws<ArgumentException>(() => new SessionRig(o => o.Named(target => target with { Remotes = [.. Enumerable.Repeat(SessionRig.Peer, SessionTarget.NamedHost.MaxRemotes + 1)] })));
        Assert.Throws<ArgumentException>(() => new SessionRig(o => o with { Locals = [LocalV6] }));
    }
}
