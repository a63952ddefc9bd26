using Punch.Protocol.Relay;
using Punch.Serving.Relay;
using Xunit;
using static Punch.Tests.Relay.RelayRig;

namespace Punch.Tests.Relay;

/// <summary>How sessions end: by silence, and with the server.</summary>
public sealed class RelayEndTests
{
    private readonly RelayRig _rig = new();

    [Fact]
    public void A_session_with_one_leg_ends_after_60_seconds_without_a_bind()
    {
        _rig.Seat(A, 1);
        _rig.Bind(A, 1);
        _rig.Wait(59);
        _rig.Relayed(A);
        Assert.Equal(1, Sessions());

        _rig.Wait(1);

        Assert.Equal(0, Sessions());
    }

    [Fact]
    public void A_session_with_two_legs_ends_after_300_seconds_without_a_frame_or_a_bind()
    {
        _rig.Pair(A, B);
        _rig.Wait(299);
        Assert.Equal(1, Sessions());
        Assert.Equal(B, _rig.Relayed(A));
        _rig.Wait(299);
        Assert.Equal(1, Sessions());
        _rig.Wait(1);

        Assert.Equal(0, Sessions());
        Assert.Null(_rig.Relayed(A));
    }

    [Fact]
    public void A_leg_that_is_not_heard_for_300_seconds_is_sent_nothing_more()
    {
        _rig.Pair(A, B);
        for (int i = 0; i < 29; i++)
        {
            _rig.Wait(10);
            _rig.Timeout();
            Assert.Equal(B, _rig.Relayed(A));
        }

        _rig.Wait(10);

        Assert.Null(_rig.Relayed(A));
        Assert.Equal(1, _rig.Statistics.DroppedAlone);
        _rig.Wait(59);
        Assert.Equal(1, Sessions());
        _rig.Wait(1);
        Assert.Equal(0, Sessions());
    }

    [Fact]
    public void Frames_alone_keep_a_session_and_its_seats_are_needed_no_more()
    {
        _rig.Pair(A, B);
        for (int i = 0; i < 20; i++)
        {
            _rig.Wait(100);
            _rig.Timeout();
            Assert.Equal(B, _rig.Relayed(A));
            Assert.Equal(A, _rig.Relayed(B));
        }

        Assert.Equal(0, _rig.Rooms.Counts.Rooms);
        Assert.Equal(RelayTable.PairedLifetime, _rig.Bind(A, 1).Lifetime);
        Assert.Equal(StunErrorCode.AllocationMismatch, _rig.Bind(A2, 1).Error);
    }

    [Fact]
    public void A_server_that_stops_takes_no_legs_tells_all_and_relays_on()
    {
        _rig.Pair(A, B);
        _rig.Seat(C, 1, room: 0xB0);
        _rig.Bind(C, 1, room: 0xB0);
        _rig.Seat(A2, 1, room: 0xC0);

        _rig.Table!.Drain(TimeSpan.FromSeconds(5), _rig.Now);
        List<Sent> told = _rig.Timeout();

        Assert.Equal([A, B, C], told.Select(each => each.To));
        Assert.All(told, each => Assert.Equal((RelayEvent.Draining, TimeSpan.FromSeconds(5)), (each.Notice().Event, each.Notice().Lifetime!.Value)));
        Assert.Equal(StunErrorCode.Forbidden, _rig.Bind(A2, 1, room: 0xC0).Error);
        Assert.Equal(StunErrorCode.Forbidden, _rig.Bind(A, 1).Error);
        Assert.Equal(B, _rig.Relayed(A));
        Assert.Equal((2, 3), (_rig.Statistics.Off, _rig.Statistics.Notices));
        _rig.Leave(A, 1);
        _rig.Leave(B, 2);
        _rig.Leave(C, 1, room: 0xB0);
        Assert.Equal(0, Sessions());
    }

    [Fact]
    public void Thousands_are_told_a_few_at_a_time()
    {
        var rig = new RelayRig(new RelayOptions { HasShares = false });
        const int Count = (3 * RelayTable.HandledAtOnce) + 7;
        for (int i = 0; i < Count; i++)
        {
            TransportAddress from = A with { Port = (ushort)(1000 + i) };
            byte[] room = [.. BitConverter.GetBytes((long)i), .. new byte[8]];
            rig.SeatIn(room, from, 1);
            rig.BindIn(room, from, 1);
        }

        rig.Table!.Drain(TimeSpan.FromSeconds(5), rig.Now);
        int[] portions = [.. Enumerable.Range(0, 6).Select(_ => Portion(rig))];

        Assert.Equal([RelayTable.HandledAtOnce, RelayTable.HandledAtOnce, RelayTable.HandledAtOnce, 7, 0, 0], portions);
    }

    [Fact]
    public void Thousands_that_end_at_once_are_forgotten_a_few_at_a_time()
    {
        var rig = new RelayRig(new RelayOptions { HasShares = false });
        for (int i = 0; i < 1000; i++)
        {
            TransportAddress from = A with { Port = (ushort)(1000 + i) };
            byte[] room = [.. BitConverter.GetBytes((long)i), .. new byte[8]];
            rig.SeatIn(room, from, 1);
            rig.BindIn(room, from, 1);
        }

        rig.Wait(61);
        rig.Timeout();
        Assert.Equal(1000 - RelayTable.HandledAtOnce, rig.Table!.Counts.Sessions);
        for (int i = 0; i < 3; i++)
        {
            rig.Wait(0.001);
            rig.Timeout();
        }

        Assert.Equal((0, null), (rig.Table.Counts.Sessions, rig.Table.NextTimeout));
    }

    private static int Portion(RelayRig rig)
    {
        int told = rig.Timeout().Count(each => each.IsNotice);
        rig.Wait(0.001);
        return told;
    }

    private int Sessions()
    {
        _rig.Timeout();
        return _rig.Table!.Counts.Sessions;
    }
}
