using Punch.Protocol.Relay;
using Punch.Serving.Relay;
using Xunit;
using static Punch.Tests.Relay.RelayRig;

namespace Punch.Tests.Relay;

/// <summary>What a session, a network and all of them may have, and what happens one beyond.</summary>
public sealed class RelayLimitTests
{
    private const int Charge = 100 + RelayTable.HeadersBelow;

    [Fact]
    public void One_session_beyond_the_table_is_refused()
    {
        var rig = new RelayRig(new RelayOptions { MaxSessions = 2, HasShares = false });
        rig.Pair(A, B);
        rig.Seat(C, 1, room: 0xB0);
        rig.Bind(C, 1, room: 0xB0);
        rig.Seat(A2, 1, room: 0xC0);

        Assert.Equal(StunErrorCode.InsufficientCapacity, rig.Bind(A2, 1, room: 0xC0).Error);
        rig.Leave(C, 1, room: 0xB0);
        Assert.Null(rig.Bind(A2, 1, room: 0xC0).Error);
        Assert.Equal(1, rig.Statistics.Full);
    }

    [Fact]
    public void One_leg_beyond_the_share_of_its_network_is_refused_and_others_are_not()
    {
        var rig = new RelayRig();
        for (int i = 0; i < 64; i++) { BindApart(rig, Host(A, i)); }

        Assert.Equal(StunErrorCode.AllocationQuotaReached, Try(rig, Host(A, 64)));
        Assert.Null(Try(rig, B));
        Assert.Equal(1, rig.Statistics.OverShare);
        rig.LeaveIn(Room(Host(A, 0)), Host(A, 0), 1);
        Assert.Null(Try(rig, Host(A, 64)));
    }

    [Fact]
    public void A_leg_that_moves_within_its_network_needs_no_further_place()
    {
        var rig = new RelayRig();
        byte[] ticket = rig.SeatIn(Room(Host(A, 0)), Host(A, 0), 1);
        rig.BindIn(Room(Host(A, 0)), Host(A, 0), 1);
        for (int i = 1; i < 64; i++) { BindApart(rig, Host(A, i)); }

        rig.SeatIn(Room(Host(A, 0)), Host(A, 99), 1, ticket);

        Assert.Null(rig.BindIn(Room(Host(A, 0)), Host(A, 99), 1).Error);
    }

    [Fact]
    public void A_session_gets_its_burst_and_then_its_rate_in_each_direction()
    {
        var rig = new RelayRig(new RelayOptions { Limits = new RelayLimits(10_000, 0) });
        rig.Pair(A, B);

        Assert.Equal(65_536 / Charge, Flood(rig, A, 1000));
        Assert.Equal(65_536 / Charge, Flood(rig, B, 1000));
        rig.Wait(1);
        Assert.InRange(Flood(rig, A, 1000), 10_000 / Charge, (10_000 / Charge) + 1);
        Assert.Equal(3000 - rig.Statistics.Forwarded, rig.Statistics.DroppedRate);
    }

    [Fact]
    public void Both_legs_are_told_once_that_frames_are_dropped_and_again_after_a_while()
    {
        var rig = new RelayRig(new RelayOptions { Limits = new RelayLimits(10_000, 0) });
        rig.Pair(A, B);
        List<Sent> told = Notices(rig, A, 2000);

        Assert.Equal([A, B], told.Select(each => each.To));
        Assert.All(told, each => Assert.Equal((RelayEvent.RateReached, null), (each.Notice().Event, each.Notice().Lifetime)));
        for (int i = 0; i < 20; i++)
        {
            rig.Wait(0.5);
            Assert.Empty(Notices(rig, A, 200));
        }

        rig.Relayed(B);
        rig.Wait(RelayTable.EpisodeGap.TotalSeconds);
        Assert.Equal(2, Notices(rig, A, 2000).Count);
        Assert.Equal(4, rig.Statistics.Notices);
    }

    /// <summary>A leg that sent nothing since it was told is not told again, however often its peer is over the limit.</summary>
    [Fact]
    public void No_leg_is_told_more_bytes_than_came_from_it()
    {
        var rig = new RelayRig(new RelayOptions { Limits = new RelayLimits(10_000, 0) });
        rig.Pair(A, B);
        int toB = 0;
        for (int i = 0; i < 10; i++)
        {
            toB += Notices(rig, A, 2000).Where(each => each.To == B).Sum(each => each.Bytes.Length);
            rig.Wait(RelayTable.EpisodeGap.TotalSeconds);
        }

        Assert.InRange(toB, 1, BindBytes.Whole);
    }

    [Fact]
    public void A_session_ends_at_its_volume_and_stays_ended_for_a_while()
    {
        var rig = new RelayRig(new RelayOptions { Limits = new RelayLimits(0, 10 * Charge) });
        rig.Pair(A, B);
        for (int i = 0; i < 10; i++) { Assert.NotNull(rig.Relayed(i % 2 == 0 ? A : B)); }

        List<Sent> told = rig.Receive(Frame(100), A);

        Assert.Equal([A, B], told.Select(each => each.To));
        Assert.All(told, each => Assert.Equal((RelayEvent.VolumeReached, TimeSpan.Zero), (each.Notice().Event, each.Notice().Lifetime)));
        Assert.Empty(rig.Receive(Frame(100), B));
        Assert.Equal(StunErrorCode.AllocationQuotaReached, rig.Bind(A, 1).Error);
        rig.Leave(A, 1);
        Assert.Equal(StunErrorCode.AllocationQuotaReached, rig.Bind(A, 1).Error);
        Assert.Equal((2, 2, 0), (rig.Statistics.DroppedVolume, rig.Statistics.Spent, rig.Table!.Counts.Paired));
        rig.Wait(RelayTable.PairedLifetime.TotalSeconds);
        rig.Timeout();
        rig.Pair(A, B);
        Assert.Equal(B, rig.Relayed(A));
    }

    [Fact]
    public void All_sessions_together_have_a_rate()
    {
        var rig = new RelayRig(new RelayOptions { Limits = new RelayLimits(0, 0), TotalBytesPerSecond = 10_000 });
        rig.Pair(A, B);
        rig.Pair(A2, C, room: 0xB0);

        int forwarded = Flood(rig, A, 200) + Flood(rig, A2, 1000);

        Assert.Equal(65_536 / Charge, forwarded);
        Assert.Equal(1200 - forwarded, rig.Statistics.DroppedTotal);
    }

    [Fact]
    public void Without_limits_all_is_forwarded()
    {
        var rig = new RelayRig(new RelayOptions { Limits = default, TotalBytesPerSecond = 0 });
        rig.Pair(A, B);

        Assert.Equal(5000, Flood(rig, A, 5000));
    }

    [Theory]
    [InlineData(1)] // a second
    [InlineData(1_250_000)]
    [InlineData(uint.MaxValue)]
    public void A_rate_gives_what_it_says(uint perSecond)
    {
        var rate = new ByteRate(perSecond);
        Instant now = Instant.At(TimeSpan.FromDays(400));
        long fullAt = 0, spent = 0;
        while (rate.TrySpend(ref fullAt, 4000, now)) { spent += 4000; }

        Assert.InRange(spent, (0.99 * Math.Max(65_536, perSecond / 50)) - 4000, 1.01 * Math.Max(65_536, perSecond / 50));
        long later = 0;
        for (int i = 0; i < 1000; i++)
        {
            now += TimeSpan.FromMilliseconds(10);
            while (rate.TrySpend(ref fullAt, 1000, now)) { later += 1000; }
        }

        Assert.InRange(later, (perSecond * 9.9) - 5000, (perSecond * 10.1) + 5000);
    }

    [Fact]
    public void A_session_costs_at_most_512_bytes()
    {
        const int Sessions = 10_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var rig = new Table(Sessions);
        rig.Fill();
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Sessions;

        Assert.InRange(each, 100, 512);
        GC.KeepAlive(rig);
    }

    private static TransportAddress Host(TransportAddress like, int number) => like with { Port = (ushort)(1000 + number) };

    private static byte[] Room(TransportAddress of) => [.. BitConverter.GetBytes((long)of.Port), .. new byte[8]];

    private static void BindApart(RelayRig rig, TransportAddress from) => Assert.Null(Try(rig, from));

    /// <summary>Binds in a room of its own.</summary>
    private static StunErrorCode? Try(RelayRig rig, TransportAddress from)
    {
        rig.SeatIn(Room(from), from, 1);
        return rig.BindIn(Room(from), from, 1).Error;
    }

    private static int Flood(RelayRig rig, TransportAddress from, int count) =>
        Enumerable.Range(0, count).Count(_ => rig.Receive(Frame(100), from).Any(each => each.Bytes[0] == 0x80));

    private static List<Sent> Notices(RelayRig rig, TransportAddress from, int frames) =>
        [.. Enumerable.Range(0, frames).SelectMany(_ => rig.Receive(Frame(100), from)).Where(each => each.IsNotice)];

    /// <summary>A table whose sessions are all in different networks, as is worst.</summary>
    private sealed class Table(int sessions)
    {
        private readonly RelayTable _table = new(new RelayOptions { MaxSessions = sessions }, 1, 2);
        private readonly Punch.Serving.Rooms.MemoryRooms _rooms = new(1, 1, 2);

        public void Fill()
        {
            Span<byte> room = stackalloc byte[16];
            Span<byte> party = stackalloc byte[16];
            Span<byte> host = stackalloc byte[4];
            var arrival = new Punch.Serving.Rooms.Arrival(0, Front.Host);
            int refused = 0;
            for (int i = 0; i < 2 * sessions; i++)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(room, i / 2);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(party, i);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(host, unchecked((uint)i * 2_654_435_761)); // all over the world
                var client = new TransportAddress(HostAddress.FromBytes(host), 4000);
                var request = new BindRequest { Room = room, Party = party };
                BindOutcome outcome = _table.Bind(request, client, arrival, _rooms, Instant.Zero).Outcome;
                refused += outcome == BindOutcome.Bound ? 0 : 1;
            }

            Assert.InRange(refused, 0, sessions / 4); // the last places are kept
        }
    }
}
