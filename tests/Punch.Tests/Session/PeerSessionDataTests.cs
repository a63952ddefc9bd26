using System.Text;
using Xunit;
using static Punch.Tests.Session.SessionRig;

namespace Punch.Tests.Session;

/// <summary>One session that carries data. Its peer's messages are built by hand.</summary>
public sealed class PeerSessionDataTests
{
    private static readonly byte[] Hello = Encoding.ASCII.GetBytes("hello\n");

    private readonly SessionRig _rig = new(o => o with { Use = PathUse.Data });
    private uint _sequence;

    [Fact]
    public void No_data_is_taken_before_both_sides_have_their_proof()
    {
        Assert.False(TrySend());

        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, ++_sequence)));
        Assert.False(TrySend());

        _rig.ReceiveProof(++_sequence);
        Assert.NotNull(_rig.Session.Path?.Remote);
        Assert.True(TrySend());
        Assert.Equal("hello\n", _rig.Drained().Single().Text);
    }

    [Fact]
    public void A_session_without_data_sends_none_and_accepts_none()
    {
        var rig = new SessionRig();
        rig.Receive(SessionRig.Peer, Padded(Message(PeerId, 1)));
        rig.ReceiveProof(2);

        Assert.False(rig.Session.TrySendData(Hello, rig.Now));
        rig.Receive(SessionRig.Peer, "hello\n");
        Assert.Equal(DatagramKind.Plain, rig.Events[^1].Datagram);
        Assert.DoesNotContain(rig.Sent, sent => sent.Text.Contains(" data="));
    }

    [Fact]
    public void What_comes_on_the_path_is_data_and_is_never_answered()
    {
        Open();

        Assert.Empty(_rig.Receive(SessionRig.Peer, "one\n"));
        Assert.Empty(_rig.Receive(SessionRig.Peer, "two\n"));

        Assert.Equal([DatagramKind.Data, DatagramKind.Data], _rig.Events.TakeLast(2).Select(e => e.Datagram));
        Assert.Equal(new Volume(2, 8), _rig.Session.Statistics.DataReceived);
    }

    [Fact]
    public void Datagrams_from_other_addresses_are_not_data()
    {
        _rig.Receive(SessionRig.Peer, "early\n");
        Open();
        _rig.Receive(Stranger, "strange\n");
        _rig.Receive(MovedPeer, "moved\n");

        Assert.Equal(
            [DatagramKind.Plain, DatagramKind.Stranger, DatagramKind.Plain],
            _rig.Events.Where(e => e is { Kind: SessionEventKind.Received, Bytes: > 5 and < 9 }).Select(e => e.Datagram));
        Assert.Equal(default, _rig.Session.Statistics.DataReceived);
    }

    [Fact]
    public void Messages_say_how_much_data_went_and_came()
    {
        Open();
        for (int i = 0; i < 3; i++) { Send(); }

        _rig.Receive(SessionRig.Peer, "one\n");
        _rig.Advance(TimeSpan.FromSeconds(4));

        Assert.Contains(" data=3/1", _rig.Sent[^1].Text);
        Assert.DoesNotContain(" ask=1", _rig.Sent[^1].Text);
    }

    [Fact]
    public void No_more_is_under_way_than_the_peer_is_known_to_take()
    {
        Open();

        int first = SendAll();
        Assert.Equal(DataFlow.FirstWindow, first);
        Assert.Contains(" ask=1", _rig.Sent.Last(s => s.Text.Contains("seq=")).Text);

        Confirm($" data=0/{first}");
        int second = SendAll();
        Assert.InRange(second, first, DataFlow.LongestBurst);
        for (int i = 0; i < 20; i++)
        {
            Confirm($" data=0/{_rig.Session.Statistics.DataSent.Datagrams}");
            Assert.InRange(SendAll(), 1, DataFlow.LongestBurst);
        }
    }

    [Fact]
    public void Loss_halves_the_window_down_to_a_limit()
    {
        Open();
        for (int i = 1; i < 20; i++)
        {
            long sent = _rig.Session.Statistics.DataSent.Datagrams + SendAll();
            Confirm($" data=0/{Math.Max(0, sent - i)}");
        }

        Assert.Equal(DataFlow.ShortestWindow, SendAll());
        Assert.Equal(19, _rig.Session.Statistics.DataOutbound.Lost);
    }

    [Fact]
    public void A_blocked_side_asks_again_until_it_is_answered()
    {
        Open();
        SendAll();
        int before = _rig.Sent.Count;

        _rig.Advance(500);

        Assert.InRange(_rig.Sent.Count - before, 5, 12);
        Assert.All(_rig.Sent[before..], sent => Assert.Contains(" ask=1", sent.Text));
        Assert.False(TrySend());
    }

    [Fact]
    public void A_message_that_asks_gets_a_reply_at_once()
    {
        Open();

        Assert.Contains(" data=0/0", Assert.Single(Confirm(" data=7/0 ask=1")).Text);
        Assert.Empty(Confirm(" data=7/0"));
    }

    [Fact]
    public void A_peer_without_room_is_waited_for()
    {
        Open();
        Confirm(" data=0/0 full=1");
        Assert.False(TrySend());

        Confirm(" data=0/0");
        Assert.True(TrySend());
    }

    [Fact]
    public void A_side_without_room_says_so_and_says_when_it_has_some_again()
    {
        Open();

        _rig.Session.HoldData(isFull: true, _rig.Now);
        Assert.Contains(" full=1", _rig.Drained().Single().Text);
        _rig.Session.HoldData(isFull: false, _rig.Now);
        Assert.DoesNotContain(" full=1", _rig.Drained().Single().Text);
    }

    [Fact]
    public void The_end_of_data_is_repeated_until_confirmed_and_both_ends_end_the_session()
    {
        Open();
        _rig.Session.EndData(_rig.Now);
        Assert.Contains(" eof=1", _rig.Drained().Single().Text);
        Assert.False(TrySend());

        int before = _rig.Sent.Count;
        _rig.Advance(450);
        Assert.InRange(_rig.Sent.Count - before, 4, 6);
        Confirm(" data=0/0");
        before = _rig.Sent.Count;
        _rig.Advance(450);
        Assert.InRange(_rig.Sent.Count - before, 0, 2);

        var last = Confirm(" data=0/0 eof=1");
        Assert.False(_rig.Session.IsEnded);
        Confirm(" data=0/0 eof=1");
        Assert.True(_rig.Session.IsEnded);
        Assert.Contains(last, word => word.Text.Contains(" eof=1 bye=1"));
        Assert.Equal(DataOutcome.Complete, _rig.Session.Statistics.Data);
        Assert.Equal(1, _rig.CountOf(SessionEventKind.DataEnded));
    }

    [Fact]
    public void A_peer_that_has_ended_gets_an_answer_until_it_knows_that_it_was_heard()
    {
        Open();

        Assert.Single(Receive(" data=0/0 eof=1", seen: 1));
        Assert.Single(Receive(" data=0/0 eof=1", seen: 1));
        Assert.Empty(Confirm(" data=0/0 eof=1"));
        Assert.False(_rig.Session.IsEnded);
        Assert.True(TrySend());
    }

    [Fact]
    public void Missing_data_at_the_end_gets_time_to_arrive()
    {
        Open();
        _rig.Session.EndData(_rig.Now);
        _rig.Drained();
        Confirm(" data=1/0 eof=1");
        Assert.False(_rig.Session.IsEnded);

        _rig.Advance(5);
        _rig.Receive(SessionRig.Peer, "late\n");
        Confirm(" data=1/0 eof=1");
        Confirm(" data=1/0 eof=1");

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(new Loss(1, 0), _rig.Session.Statistics.DataInbound);
    }

    [Fact]
    public void A_peer_that_leaves_in_the_middle_ends_the_session_cut_short()
    {
        Open();

        Confirm(" data=0/0 bye=1");

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(DataOutcome.PeerLeft, _rig.Session.Statistics.Data);
    }

    [Fact]
    public void A_peer_that_falls_silent_before_the_end_is_confirmed_leaves_it_unconfirmed()
    {
        Open();
        Confirm(" data=0/0 eof=1");
        Send();
        _rig.Session.EndData(_rig.Now);
        _rig.Drained();

        _rig.Advance(TimeSpan.FromSeconds(8));
        Assert.False(_rig.Session.IsEnded);
        _rig.Advance(TimeSpan.FromSeconds(4));

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(DataOutcome.Unconfirmed, _rig.Session.Statistics.Data);
        Assert.Equal(new Volume(1, 6), _rig.Session.Statistics.DataUnconfirmed);
    }

    [Fact]
    public void Data_that_finds_no_path_for_long_ends_the_session()
    {
        Open();
        Send();

        _rig.Advance(TimeSpan.FromSeconds(30));
        Assert.False(_rig.Session.IsEnded);
        _rig.Advance(TimeSpan.FromSeconds(30));

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(DataOutcome.Unfinished, _rig.Session.Statistics.Data);
    }

    [Fact]
    public void A_side_with_nothing_under_way_waits_for_its_path_without_limit()
    {
        Open();
        Send();
        _rig.Advance(TimeSpan.FromSeconds(5));
        Confirm(" data=0/1");

        _rig.Advance(TimeSpan.FromMinutes(5));

        Assert.False(_rig.Session.IsEnded);
    }

    [Fact]
    public void A_peer_that_reads_numbers_gets_them_and_its_doubled_data_is_left_out()
    {
        Open(" data=0/0 num=1");
        Assert.True(TrySend());
        Assert.Equal("\0n\0\0\0\0\u0001\0hello\n", _rig.Drained().Single().Text);

        _rig.Receive(SessionRig.Peer, "\0n\0\0\0\0\u0001\0one\n");
        Assert.Equal("one\n", Encoding.ASCII.GetString(_rig.Session.Payload));
        _rig.Receive(SessionRig.Peer, "\0n\0\0\0\0\u0001\0one\n");
        _rig.Receive(SessionRig.Peer, "one\n");

        Assert.Equal(new Volume(1, 4), _rig.Session.Statistics.DataReceived);
        Assert.Equal(1, _rig.Session.Statistics.DataDuplicates);
        Assert.Equal(1, _rig.Events.Count(e => e is { Kind: SessionEventKind.Received, Datagram: DatagramKind.Data }));
    }

    [Fact]
    public void More_than_was_sent_shows_that_some_may_be_missing()
    {
        Open();
        _rig.Receive(SessionRig.Peer, "one\n");
        _rig.Receive(SessionRig.Peer, "one\n");
        _rig.Session.EndData(_rig.Now);
        _rig.Drained();
        Confirm(" data=1/0 eof=1");
        Confirm(" data=1/0 eof=1");

        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(DataOutcome.Doubled, _rig.Session.Statistics.Data);
        Assert.False(_rig.Session.Statistics.IsDataExact);
    }

    [Fact]
    public void A_side_that_cannot_read_its_data_says_so_instead_of_ending_it_and_leaves()
    {
        Open();
        Send();
        _rig.Session.FailData(_rig.Now);

        string last = _rig.Drained().Single().Text;
        Assert.Contains(" fail=1 bye=1", last);
        Assert.DoesNotContain(" eof=1", last);
        Confirm(" data=0/1");
        Assert.True(_rig.Session.IsEnded);
    }

    [Fact]
    public void A_peer_that_could_not_read_its_data_leaves_it_incomplete()
    {
        Open();
        _rig.Session.EndData(_rig.Now);
        Confirm(" data=0/0 fail=1 bye=1");

        Assert.Equal(DataOutcome.PeerFailed, _rig.Session.Statistics.Data);
    }

    [Fact]
    public void To_a_peer_that_carries_no_data_all_of_it_goes_and_then_this_side_leaves()
    {
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, ++_sequence)));
        _rig.ReceiveProof(++_sequence);

        for (int i = 0; i < 1000; i++) { Send(); }

        _rig.Session.EndData(_rig.Now);
        _rig.Drained();
        _rig.ReceiveProof(++_sequence);
        Assert.True(_rig.Session.IsEnded);
        Assert.Equal(DataOutcome.Unconfirmed, _rig.Session.Statistics.Data);
    }

    [Theory]
    [InlineData(true, DataOutcome.Complete)]
    [InlineData(false, DataOutcome.PeerLeft)]
    public void A_peer_without_data_is_fine_if_there_is_no_data(bool hasEnded, DataOutcome outcome)
    {
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, ++_sequence)));
        _rig.ReceiveProof(++_sequence);
        if (hasEnded) { _rig.Session.EndData(_rig.Now); }

        _rig.Drained();
        Confirm(" bye=1");

        Assert.Equal(outcome, _rig.Session.Statistics.Data);
    }

    [Fact]
    public void A_side_that_ends_in_the_middle_knows_that_not_all_is_through()
    {
        Open();
        Send();
        Confirm(" data=0/1");
        _rig.Session.EndData(_rig.Now);

        _rig.Session.Stop(_rig.Now);

        Assert.Equal(DataOutcome.Unfinished, _rig.Session.Statistics.Data);
    }

    [Theory]
    [InlineData(" data=")]
    [InlineData(" data=1")]
    [InlineData(" data=1/")]
    [InlineData(" data=x/1")]
    [InlineData(" data=1/2x")]
    [InlineData(" data=-1/2")]
    [InlineData(" data=99999999999999999999/2")]
    [InlineData(" data=9223372036854775807/9223372036854775807 ask=1 full=1 eof=1")]
    [InlineData(" data=1000000000000/1000000000000 ask=1 full=1 eof=1")]
    [InlineData(" data=1000000000001/0")]
    public void Whatever_a_peer_counts_nothing_breaks(string trailing)
    {
        Open();
        SendAll();

        Confirm(trailing);
        _rig.Session.EndData(_rig.Now);
        _rig.Drained();
        Confirm(trailing);
        _rig.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(0, _rig.Session.Statistics.DataOutbound.Lost);
    }

    private void Open(string trailing = " data=0/0")
    {
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, ++_sequence)));
        _rig.ReceiveProof(++_sequence, trailing: trailing);
        Assert.NotNull(_rig.Session.Path?.Remote);
    }

    private List<(TransportAddress To, string Text, Instant At)> Confirm(string trailing) => Receive(trailing, _rig.LastSequence);

    private List<(TransportAddress To, string Text, Instant At)> Receive(string trailing, uint seen) =>
        _rig.Receive(SessionRig.Peer, Padded(Message(PeerId, ++_sequence, (Id, seen), trailing)));

    private bool TrySend() => _rig.Session.TrySendData(Hello, _rig.Now);

    private void Send()
    {
        Assert.True(TrySend());
        _rig.Drained();
    }

    /// <summary>
    /// Sends as a driver does: as many as the session takes, drained each time; then a message, as the last of them may be.
    /// </summary>
    private int SendAll()
    {
        int count = 0;
        while (TrySend())
        {
            count++;
            if (count % 8 == 0) { _rig.Drained(); }
        }

        _rig.Drained();
        _rig.Advance(60);
        return count;
    }
}
