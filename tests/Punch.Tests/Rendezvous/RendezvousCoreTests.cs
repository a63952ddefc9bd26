using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

public sealed class RendezvousCoreTests
{
    private readonly RendezvousRig _rig = new();

    [Fact]
    public void The_first_join_of_an_address_gets_its_mapping_and_a_nonce_and_leaves_no_trace()
    {
        JoinReply answer = _rig.JoinCold(A, party: 1);

        Assert.Equal(RendezvousOutcome.Challenged, _rig.Last.Outcome);
        Assert.Equal((StunErrorCode.StaleNonce, A), (answer.Error, answer.Mapped));
        Assert.Equal(20, answer.Nonce.Length);
        Assert.Equal(0, _rig.Rooms);
    }

    [Fact]
    public void A_join_with_the_nonce_waits()
    {
        JoinReply answer = _rig.Join(A, party: 1);

        Assert.Equal(RendezvousOutcome.Waiting, _rig.Last.Outcome);
        Assert.Null(answer.Error);
        Assert.Equal((A, TimeSpan.FromSeconds(60)), (answer.Mapped, answer.Lifetime));
        Assert.True(answer.Peer.IsEmpty);
        Assert.True(answer.Nonce.IsEmpty);
        Assert.Equal((1, 1), (_rig.Rooms, _rig.Waiting));
        Assert.Equal(0, _rig.Last.NoticeCount);
    }

    [Fact]
    public void A_join_to_a_waiting_party_needs_no_round_trip_for_a_nonce_and_introduces_both_at_once()
    {
        _rig.Join(A, party: 1, arrival: 42);

        JoinReply answer = _rig.JoinCold(B, party: 2);

        Assert.Equal(RendezvousOutcome.Introduced, _rig.Last.Outcome);
        Assert.Null(answer.Error);
        Assert.Null(answer.Lifetime);
        Assert.Equal(B, answer.Mapped);
        Assert.Equal(20, answer.Nonce.Length);
        Assert.Equal(JoinBytes.Name(1), answer.Peer.Party);
        Assert.Equal(JoinBytes.SealedOf(180, 1), answer.Peer.Sealed);
        Assert.Equal((A, null), (answer.Peer.V4, answer.Peer.V6));
        Assert.Equal((1, new NoticeTarget(A, Way(42))), (_rig.Last.NoticeCount, _rig.First));
        PeerNotice notice = _rig.Notice();
        Assert.Equal(JoinBytes.Name(2), notice.Peer.Party);
        Assert.Equal(JoinBytes.SealedOf(180, 2), notice.Peer.Sealed);
        Assert.Equal((B, null), (notice.Peer.V4, notice.Peer.V6));
        Assert.Equal((1, 1), (_rig.Rooms, _rig.Waiting));
    }

    [Fact]
    public void With_its_nonce_the_second_party_is_stored_and_the_first_gets_a_notice()
    {
        _rig.Join(A, party: 1);

        JoinReply answer = _rig.Join(B, party: 2);

        Assert.Equal(RendezvousOutcome.Paired, _rig.Last.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(60), answer.Lifetime);
        Assert.Equal(A, answer.Peer.V4);
        Assert.Equal((1, A), (_rig.Last.NoticeCount, _rig.First.To));
        Assert.Equal(B, _rig.Notice().Peer.V4);
        Assert.Equal((1, 0), (_rig.Rooms, _rig.Waiting));
    }

    [Fact]
    public void A_refresh_without_changes_causes_no_notice()
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);
        _rig.Wait(15);

        JoinReply answer = _rig.Join(A, party: 1);

        Assert.Equal(B, answer.Peer.V4);
        Assert.Equal(0, _rig.Last.NoticeCount);
    }

    [Theory]
    [InlineData(181)] // longer
    [InlineData(61)] // shorter
    [InlineData(0)] // other bytes of the same length
    public void A_change_causes_a_notice(int length)
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);
        byte[] says = length == 0 ? JoinBytes.SealedOf(180, 99) : JoinBytes.SealedOf(length, 2);

        _rig.Join(B, party: 2, says: says);

        Assert.Equal((1, A), (_rig.Last.NoticeCount, _rig.First.To));
        Assert.Equal(says, _rig.Notice().Peer.Sealed);
        Assert.Equal(says, _rig.Join(A, party: 1).Peer.Sealed);
    }

    [Fact]
    public void A_change_of_the_last_byte_is_something_new_to_say()
    {
        byte[] says = JoinBytes.SealedOf(448, 2);
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2, says: says);
        says[^1] ^= 1;

        _rig.Join(B, party: 2, says: says);

        Assert.Equal(1, _rig.Last.NoticeCount);
        Assert.Equal(says, _rig.Notice().Peer.Sealed);
    }

    [Fact]
    public void A_new_address_is_reported_and_replaces_the_old_one()
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);

        _rig.Join(C, party: 2, ticket: _rig.TicketFor(B, party: 2));

        Assert.Equal(C, _rig.Notice().Peer.V4);
        Assert.Equal(C, _rig.Join(A, party: 1).Peer.V4);
        _rig.Join(A, party: 1, isSeeking: true);
        Assert.Equal((1, C), (_rig.Last.NoticeCount, _rig.First.To));
    }

    [Fact]
    public void SEEK_repeats_the_notice_to_the_peer()
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);

        _rig.Join(B, party: 2, isSeeking: true);

        Assert.Equal((1, A), (_rig.Last.NoticeCount, _rig.First.To));
    }

    [Fact]
    public void A_party_with_two_families_gets_the_notice_at_both_addresses()
    {
        byte[] ticket = _rig.Join(A, party: 1, arrival: 4, ticket: []).Ticket.ToArray();
        _rig.Wait(1);
        _rig.Join(V6A, party: 1, arrival: 6, ticket: ticket);

        JoinReply answer = _rig.JoinCold(V6B, party: 2);

        Assert.Equal((A, V6A), (answer.Peer.V4, answer.Peer.V6));
        Assert.Equal(2, _rig.Last.NoticeCount);
        Assert.Equal((new NoticeTarget(V6A, Way(6)), new NoticeTarget(A, Way(4))), (_rig.First, _rig.Second));
        Assert.Equal((null, V6B), (_rig.Notice().Peer.V4, _rig.Notice().Peer.V6));
        _rig.Join(B, party: 2);
        _rig.Join(V6B, party: 2, ticket: _rig.TicketFor(B, party: 2));
        Assert.Equal((B, V6B), (_rig.Notice().Peer.V4, _rig.Notice().Peer.V6));
    }

    [Fact]
    public void An_expired_address_gets_no_notice_and_is_in_no_notice_although_its_party_lives()
    {
        _rig.Join(A, party: 1);
        _rig.Join(V6A, party: 1, ticket: _rig.TicketFor(A, party: 1));
        _rig.Wait(59);
        _rig.Join(V6A, party: 1);
        _rig.Wait(2);

        JoinReply answer = _rig.JoinCold(B, party: 2);

        Assert.Equal((null, V6A), (answer.Peer.V4, answer.Peer.V6));
        Assert.Equal((1, V6A), (_rig.Last.NoticeCount, _rig.First.To));
        Assert.Equal(default, _rig.Second);
    }

    [Fact]
    public void With_the_longest_seals_one_address_gets_the_notice_because_two_would_amplify()
    {
        byte[] says = JoinBytes.SealedOf(448), other = JoinBytes.SealedOf(448, 9);
        _rig.Join(A, party: 1, says: says);
        _rig.Join(V6A, party: 1, says: says, ticket: TicketOf(A, 1, says));
        _rig.Join(B, party: 2, says: other);
        byte[] ticket = TicketOf(B, 2, other);
        byte[] aging = _rig.NonceFor(V6B);
        _rig.Wait(59);
        _rig.Join(A, party: 1, says: says);
        _rig.Join(V6A, party: 1, says: says);
        _rig.Join(B, party: 2, says: other);
        _rig.Wait(30);
        _rig.Join(A, party: 1, says: says);
        _rig.Join(V6A, party: 1, says: says);
        _rig.Join(B, party: 2, says: other);
        _rig.Wait(40);

        _rig.Send(new JoinBytes { PartyName = JoinBytes.Name(2), Says = other, Cookie = aging, TicketValue = ticket }.ToArray(), V6B);

        Assert.Equal(1, _rig.Last.NoticeCount);
        Assert.InRange(_rig.Last.ReplyLength, 580, RendezvousCore.MaxReplyLength);
        Assert.Equal(RendezvousCore.MaxNoticeLength - 4, _rig.Last.NoticeLength);
    }

    [Fact]
    public void A_third_party_is_refused_and_no_notice_is_sent()
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);

        Assert.Equal(StunErrorCode.StaleNonce, _rig.JoinCold(C, party: 3).Error);
        Assert.Equal((RendezvousOutcome.Challenged, 0), (_rig.Last.Outcome, _rig.Last.NoticeCount));
        Assert.Equal(StunErrorCode.Forbidden, _rig.Join(C, party: 3).Error);
        Assert.Equal((RendezvousOutcome.Crowded, 0), (_rig.Last.Outcome, _rig.Last.NoticeCount));
        Assert.Equal(StunErrorCode.Forbidden, _rig.Leave(C, party: 3).Error);
        Assert.Equal((1, 0), (_rig.Rooms, _rig.Waiting));
        Assert.Equal(B, _rig.Join(A, party: 1).Peer.V4);
    }

    [Fact]
    public void After_one_has_left_the_next_may_come()
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);

        JoinReply left = _rig.Leave(B, party: 2);

        Assert.Equal((null, TimeSpan.Zero, B), (left.Error, left.Lifetime, left.Mapped));
        Assert.Equal((RendezvousOutcome.Left, 0), (_rig.Last.Outcome, _rig.Last.NoticeCount));
        Assert.Equal((1, 1), (_rig.Rooms, _rig.Waiting));
        Assert.Equal(A, _rig.JoinCold(C, party: 3).Peer.V4);
        _rig.Leave(A, party: 1);
        Assert.Equal((0, 0), (_rig.Rooms, _rig.Waiting));
        Assert.Equal(TimeSpan.Zero, _rig.Leave(A, party: 1).Lifetime);
    }

    [Fact]
    public void An_unproven_address_makes_no_party_leave()
    {
        _rig.Join(A, party: 1);

        JoinReply answer = _rig.Send(new JoinBytes { LifetimeValue = [0, 0, 0, 0] }.ToArray(), A);

        Assert.Equal(StunErrorCode.StaleNonce, answer.Error);
        Assert.Equal(1, _rig.Rooms);
    }

    [Fact]
    public void A_party_that_is_not_seen_for_a_lifetime_is_gone_and_its_room_with_it()
    {
        _rig.Join(A, party: 1);
        _rig.Wait(59.999);
        Assert.Equal(RendezvousOutcome.Introduced, Outcome(() => _rig.JoinCold(B, party: 2)));
        _rig.Wait(0.001);

        Assert.Equal(RendezvousOutcome.Challenged, Outcome(() => _rig.JoinCold(B, party: 2)));
        Assert.Equal((0, 0), (_rig.Rooms, _rig.Waiting));
    }

    [Fact]
    public void A_party_that_joins_again_in_time_stays_while_the_other_goes()
    {
        _rig.Join(A, party: 1);
        _rig.Join(B, party: 2);
        _rig.Wait(40);
        _rig.Join(A, party: 1);
        _rig.Wait(40);

        Assert.Equal(A, _rig.Join(C, party: 3).Peer.V4);
        Assert.Equal(RendezvousOutcome.Paired, _rig.Last.Outcome);
        Assert.Equal((1, 0), (_rig.Rooms, _rig.Waiting));
    }

    [Fact]
    public void After_a_restart_the_old_nonce_is_stale_and_the_room_is_made_again()
    {
        byte[] cookie = _rig.NonceFor(A);
        byte[] request = new JoinBytes { Cookie = cookie }.ToArray();
        Assert.Null(_rig.Send(request, A).Error);
        _rig.Restart();

        JoinReply stale = _rig.Send(request, A);

        Assert.Equal(StunErrorCode.StaleNonce, stale.Error);
        Assert.Equal(0, _rig.Rooms);
        Assert.Null(_rig.Send(new JoinBytes { Cookie = stale.Nonce.ToArray() }.ToArray(), A).Error);
        Assert.Equal(1, _rig.Rooms);
    }

    [Fact]
    public void Rooms_know_nothing_of_each_other()
    {
        _rig.Join(A, party: 1, room: 10);
        _rig.Join(B, party: 2, room: 11);

        Assert.Equal(RendezvousOutcome.Waiting, _rig.Last.Outcome);
        Assert.Equal((2, 2), (_rig.Rooms, _rig.Waiting));
    }

    [Theory]
    [InlineData("192.0.2.7:0")]
    [InlineData("0.0.0.0:1")]
    [InlineData("224.0.0.1:1")]
    [InlineData("255.255.255.255:1")]
    [InlineData("[ff02::1]:1")]
    [InlineData("[::]:1")]
    public void An_address_that_is_not_a_single_host_gets_no_reply(string from)
    {
        _rig.Send(new JoinBytes().ToArray(), TransportAddress.Parse(from));

        Assert.Equal((RendezvousOutcome.Ignored, 0), (_rig.Last.Outcome, _rig.Last.ReplyLength));
    }

    [Theory]
    [MemberData(nameof(JoinCodecTests.Refusals), MemberType = typeof(JoinCodecTests))]
    public void Each_flaw_is_refused_or_left_unanswered(string flaw, byte[] bytes, JoinReading reading)
    {
        StunErrorCode? expected = reading switch
        {
            JoinReading.Malformed => StunErrorCode.BadRequest,
            JoinReading.UnknownAttribute => StunErrorCode.UnknownAttribute,
            JoinReading.Join => StunErrorCode.StaleNonce,
            _ => null,
        };

        Assert.Equal((flaw, expected), (flaw, _rig.Send(bytes, A).Error));
        Assert.Equal(reading == JoinReading.Foreign, _rig.Last.ReplyLength == 0);
        Assert.Equal(0, _rig.Rooms);
    }

    [Fact]
    public void Each_notice_has_another_transaction_id()
    {
        _rig.Join(A, party: 1);
        var ids = new HashSet<TransactionId>();

        for (int i = 0; i < 100; i++)
        {
            _rig.JoinCold(B, party: 2);
            ids.Add(_rig.Notice().TransactionId);
        }

        Assert.Equal(100, ids.Count);
    }

    [Fact]
    public void Deciding_allocates_nothing()
    {
        byte[] cookie = _rig.NonceFor(A);
        byte[] first = new JoinBytes { Cookie = cookie, PartyName = JoinBytes.Name(1), TicketValue = [] }.ToArray();
        byte[] second = new JoinBytes { PartyName = JoinBytes.Name(2) }.ToArray();
        byte[] reply = new byte[620];
        byte[] notice = new byte[600];
        _rig.Send(first, A);

        Assert.Equal(0, Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _rig.Core.Answer(first, A, Way(0), _rig.Now, reply, notice);
                _rig.Core.Answer(second, B, Way(0), _rig.Now, reply, notice);
            }
        }));
    }

    private byte[] TicketOf(TransportAddress from, byte party, byte[] says) => _rig.Join(from, party, says: says, ticket: []).Ticket.ToArray();

    private RendezvousOutcome Outcome(Func<JoinReply> join)
    {
        join();
        return _rig.Last.Outcome;
    }
}
