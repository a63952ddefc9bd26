using Punch.Protocol.Relay;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Xunit;
using static Punch.Tests.Relay.RelayRig;

namespace Punch.Tests.Relay;

/// <summary>Who gets a leg, who keeps it, and who cannot take it.</summary>
public sealed class RelayBindTests
{
    private readonly RelayRig _rig = new();

    [Fact]
    public void Two_seats_bind_and_their_frames_go_to_each_other_as_they_came()
    {
        _rig.Pair(A, B);

        Assert.Equal(B, _rig.Relayed(A, 1));
        Assert.Equal(A, _rig.Relayed(B, 2));
        RelayStatistics all = _rig.Statistics;
        Assert.Equal((1, 2, 2, 200), (_rig.Table!.Counts.Paired, all.Bound, all.Forwarded, all.ForwardedBytes));
    }

    [Fact]
    public void A_reply_tells_the_limits_and_how_long_the_leg_is_kept()
    {
        _rig.Seat(A, 1);

        Bound bound = _rig.Bind(A, 1);

        Assert.Equal((null, TimeSpan.FromSeconds(60), new RelayLimits(1_250_000, 1_000_000_000)), (bound.Error, bound.Lifetime, bound.Limits));
        Assert.Empty(bound.Nonce);
    }

    [Fact]
    public void An_aging_nonce_is_replaced()
    {
        _rig.Now = Instant.At(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        _rig.Seat(A, 1);
        byte[] cookie = _rig.NonceFor(A);
        _rig.Wait(2);

        Bound bound = _rig.Ask(new BindBytes { Cookie = cookie }, A);

        Assert.Null(bound.Error);
        Assert.NotEmpty(bound.Nonce);
        Assert.NotEqual(cookie, bound.Nonce);
    }

    [Fact]
    public void Without_a_nonce_nothing_is_kept_and_the_reply_brings_one()
    {
        _rig.Seat(A, 1);

        Bound first = _rig.Ask(new BindBytes(), A);

        Assert.Equal((StunErrorCode.StaleNonce, 0), (first.Error, _rig.Table!.Counts.Sessions));
        Assert.Null(_rig.Ask(new BindBytes { Cookie = first.Nonce }, A).Error);
        Assert.Equal((1, 1), (_rig.Statistics.Challenged, _rig.Statistics.Bound));
    }

    /// <summary>What somebody saw on the way and sends from elsewhere is worth nothing.</summary>
    [Fact]
    public void A_bind_that_is_replayed_from_another_address_is_asked_to_prove_it()
    {
        _rig.Pair(A, B);
        var seen = new BindBytes { Cookie = _rig.NonceFor(A) };

        Assert.Equal(StunErrorCode.StaleNonce, _rig.Ask(seen, C).Error);
        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Ask(seen with { Cookie = _rig.NonceFor(C) }, C).Error);
        Assert.Equal(A, _rig.Relayed(B));
        Assert.Null(_rig.Relayed(C));
    }

    [Fact]
    public void A_nonce_that_is_too_old_is_none()
    {
        byte[] cookie = _rig.NonceFor(A);
        _rig.Wait(241);
        _rig.Seat(A, 1);

        Assert.Equal(StunErrorCode.StaleNonce, _rig.Ask(new BindBytes { Cookie = cookie }, A).Error);
    }

    [Fact]
    public void Without_a_seat_at_this_very_address_there_is_no_leg()
    {
        _rig.Seat(A, 1);

        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A, 2).Error); // the other party's name
        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A, 1, room: 0xB0).Error);
        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A with { Port = 40002 }, 1).Error);
        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A2, 1).Error);
        Assert.Equal((0, 4), (_rig.Table!.Counts.Sessions, _rig.Statistics.Unseated));
    }

    [Fact]
    public void A_seat_that_is_over_binds_no_leg()
    {
        _rig.Seat(A, 1);
        _rig.Wait(60);

        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A, 1).Error);
    }

    [Fact]
    public void A_third_party_has_no_seat_and_so_no_leg()
    {
        _rig.Pair(A, B);

        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(C, 3).Error);
        Assert.Null(_rig.Relayed(C));
    }

    [Fact]
    public void A_leg_moves_with_its_seat_and_the_old_address_is_sent_nothing_more()
    {
        byte[] ticket = _rig.Seat(A, 1);
        _rig.Seat(B, 2);
        _rig.Bind(A, 1);
        _rig.Bind(B, 2);
        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A2, 1).Error);
        _rig.Seat(A2, 1, ticket: ticket);

        Assert.Equal(RelayTable.PairedLifetime, _rig.Bind(A2, 1).Lifetime);

        Assert.Equal(A2, _rig.Relayed(B));
        Assert.Equal(B, _rig.Relayed(A2));
        Assert.Null(_rig.Relayed(A));
        Assert.Equal((2, 1, 1), (_rig.Statistics.Bound, _rig.Statistics.Moved, _rig.Statistics.DroppedUnbound));
    }

    [Fact]
    public void A_leg_that_is_bound_again_is_kept()
    {
        _rig.Pair(A, B);

        Assert.Equal(RelayTable.PairedLifetime, _rig.Bind(A, 1).Lifetime);
        Assert.Equal((2, 1, 0), (_rig.Statistics.Bound, _rig.Statistics.Kept, _rig.Statistics.Moved));
    }

    /// <summary>A process that was started again has another name, and its old one no seat.</summary>
    [Fact]
    public void A_newcomer_takes_the_place_of_a_leg_whose_party_left_and_went_silent()
    {
        _rig.Pair(A, B);
        _rig.Unseat(A, 1);
        _rig.Seat(A2, 3);

        // The leg is in use, though its seat is not: it cannot be pushed out.
        Assert.Equal(StunErrorCode.AllocationQuotaReached, _rig.Bind(A2, 3).Error);
        Assert.Equal(B, _rig.Relayed(A));
        Assert.Equal(1, _rig.Statistics.Occupied);
        _rig.Wait(RelayTable.ReplaceableAfter.TotalSeconds);

        Assert.Equal(RelayTable.PairedLifetime, _rig.Bind(A2, 3).Lifetime);
        Assert.Equal(A2, _rig.Relayed(B));
        Assert.Null(_rig.Relayed(A));
    }

    [Fact]
    public void A_newcomer_at_the_same_address_takes_its_own_place_at_once()
    {
        _rig.Pair(A, B);
        _rig.Unseat(A, 1);
        _rig.Seat(A, 3);

        Assert.Equal(RelayTable.PairedLifetime, _rig.Bind(A, 3).Lifetime);
        Assert.Equal(A, _rig.Relayed(B));
    }

    [Fact]
    public void A_leg_whose_party_has_a_seat_is_never_replaced_however_silent()
    {
        _rig.Pair(A, B);
        for (int i = 0; i < 5; i++)
        {
            _rig.Wait(50);
            _rig.Seat(A, 1);
            _rig.Seat(B, 2);
            Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(C, 3).Error);
        }

        Assert.Equal(B, _rig.Relayed(A));
    }

    [Fact]
    public void An_address_is_a_leg_of_one_room_the_last_that_it_bound()
    {
        _rig.Pair(A, B);
        _rig.Pair(A, C, room: 0xB0);

        Assert.Equal(C, _rig.Relayed(A));
        Assert.Null(_rig.Relayed(B));
        Assert.Equal((2, 1), (_rig.Table!.Counts.Sessions, _rig.Table.Counts.Paired));
    }

    [Fact]
    public void A_leg_is_given_up_by_its_own_address_alone()
    {
        _rig.Pair(A, B);

        Assert.Null(_rig.Leave(C, 1).Error); // harmless
        Assert.Null(_rig.Leave(B, 1).Error);
        Assert.Equal(B, _rig.Relayed(A));
        Bound left = _rig.Leave(A, 1);

        Assert.Equal((null, TimeSpan.Zero), (left.Error, left.Lifetime));
        Assert.Null(_rig.Relayed(A));
        Assert.Null(_rig.Relayed(B));
        Assert.Equal((1, 0), (_rig.Table!.Counts.Sessions, _rig.Table.Counts.Paired));
        _rig.Leave(B, 2);
        Assert.Equal(0, _rig.Table.Counts.Sessions);
    }

    [Fact]
    public void Legs_may_be_of_different_families_and_endpoints_and_are_sent_to_from_where_they_bound()
    {
        _rig.Seat(V6, 1);
        _rig.Seat(B, 2);
        _rig.Bind(V6, 1);
        _rig.Bind(B, 2, to: Alternate);

        Assert.Equal((Alternate, B), Where(_rig.Receive(Frame(60), V6)));
        Assert.Equal((ServerV6, V6), Where(_rig.Receive(Frame(60), B)));

        static (TransportAddress From, TransportAddress To) Where(List<Sent> sent) => (Assert.Single(sent).From, sent[0].To);
    }

    [Fact]
    public void A_server_that_relays_nothing_says_so_and_forwards_nothing()
    {
        var rig = new RelayRig(hasRelay: false);
        rig.Seat(A, 1);

        Assert.Equal(StunErrorCode.Forbidden, rig.Bind(A, 1).Error);
        Assert.Null(rig.Relayed(A));
        Assert.Equal((1, 1), (rig.Statistics.Off, rig.Machine.Statistics.Udp.Ignored));
    }

    [Fact]
    public void What_is_no_whole_bind_is_refused_or_ignored()
    {
        Assert.Equal(StunErrorCode.BadRequest, _rig.Ask(new BindBytes { RoomName = null }, A).Error);
        Assert.Equal(StunErrorCode.BadRequest, _rig.Ask(new BindBytes { Extra = (0x7777, [1, 2, 3, 4]) }, A).Error);
        Assert.Empty(_rig.Receive(new BindBytes().WithoutFingerprint(), A));
        Assert.Empty(_rig.Receive(new BindBytes { Length = 164 }.ToArray(), A));
        Assert.Empty(_rig.Receive(new BindBytes().ToArray(), A with { Port = 0 }));
        Assert.Equal(2, _rig.Statistics.Malformed);
    }

    [Fact]
    public void Binds_share_the_limit_of_joins()
    {
        var rig = new RelayRig(joinLimit: new RateLimit(1, 5));

        int replies = Enumerable.Range(0, 20).Sum(_ => rig.Receive(new BindBytes { RoomName = null }.ToArray(), A).Count);

        Assert.Equal((5, 15), (replies, rig.Statistics.Limited));
    }

    [Fact]
    public void Binding_and_relaying_allocate_nothing()
    {
        _rig.Pair(A, B);
        byte[] bind = new BindBytes { Cookie = _rig.NonceFor(A) }.ToArray(), frame = Frame(1200), buffer = new byte[65_535];
        long allocated = Allocation.Fewest(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                _rig.Machine.Receive(new Datagram(A, Front, bind), _rig.Now);
                _rig.Machine.Receive(new Datagram(A, Front, frame), _rig.Now);
                _rig.Machine.Receive(new Datagram(C, Front, frame), _rig.Now);
                while (_rig.Machine.TryTransmit(buffer, out _)) { }
            }
        });

        Assert.Equal(0, allocated);
    }
}
