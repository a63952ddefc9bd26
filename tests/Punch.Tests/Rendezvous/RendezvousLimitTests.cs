using System.Buffers.Binary;
using Punch.Serving.Limits;
using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

/// <summary>The limits of what a stranger can make the server store or send.</summary>
public sealed class RendezvousLimitTests
{
    private static readonly TransportAddress Neighbour = TransportAddress.Parse("192.0.2.200:9");

    [Fact]
    public void One_room_more_than_there_may_be_is_refused_and_those_that_are_there_go_on()
    {
        var rig = new RendezvousRig(maxRooms: 3);
        for (byte room = 1; room <= 3; room++) { Assert.Null(rig.Join(A, party: 1, room).Error); }

        Assert.Equal(StunErrorCode.InsufficientCapacity, rig.Join(A, party: 1, room: 4).Error);
        Assert.Equal((RendezvousOutcome.Full, 3), (rig.Last.Outcome, rig.Rooms));

        Assert.Null(rig.Join(B, party: 2, room: 3).Error);
        Assert.Null(rig.Join(A, party: 1, room: 3).Error);
        Assert.Equal((3, 2), (rig.Rooms, rig.Waiting));
        rig.Leave(A, party: 1, room: 1);
        Assert.Null(rig.Join(A, party: 1, room: 4).Error);
        Assert.Equal(StunErrorCode.InsufficientCapacity, rig.Join(A, party: 1, room: 5).Error);
    }

    [Fact]
    public void Rooms_past_their_time_make_room_for_others()
    {
        var rig = new RendezvousRig(maxRooms: 3);
        for (byte room = 1; room <= 3; room++) { rig.Join(A, party: 1, room); }

        rig.Wait(60);
        for (byte room = 4; room <= 6; room++) { Assert.Null(rig.Join(A, party: 1, room).Error); }

        Assert.Equal((3, 3), (rig.Rooms, rig.Waiting));
    }

    [Fact]
    public void Parties_are_forgotten_when_their_time_is_over_without_another_join()
    {
        var rig = new RendezvousRig(maxRooms: 20);
        rig.Join(A, party: 1, room: 1);
        Instant joined = rig.Now;
        rig.Wait(10);
        rig.Join(A, party: 1, room: 2);

        Assert.Equal(joined + MemoryRooms.Lifetime, rig.Directory.NextTimeout);
        rig.Wait(50);
        rig.Directory.Timeout(rig.Now);

        Assert.Equal((1, joined + TimeSpan.FromSeconds(70)), (rig.Rooms, rig.Directory.NextTimeout));
        rig.Wait(10);
        rig.Directory.Timeout(rig.Now);
        Assert.Equal((0, null), (rig.Rooms, rig.Directory.NextTimeout));
    }

    [Fact]
    public void Forgetting_is_done_in_portions_with_pauses_between()
    {
        const int Rooms = MemoryRooms.ForgottenAtOnce + 1;
        var rig = new RendezvousRig(maxRooms: Rooms);
        byte[] cookie = rig.NonceFor(A);
        for (int i = 0; i < Rooms; i++) { rig.Send(JoinTo(i, cookie), A); }

        rig.Wait(60);
        rig.Directory.Timeout(rig.Now);

        Assert.Equal(1, rig.Rooms);
        Assert.True(rig.Directory.NextTimeout > rig.Now, "progress");
        rig.Directory.Timeout(rig.Directory.NextTimeout!.Value);
        Assert.Equal((0, null), (rig.Rooms, rig.Directory.NextTimeout));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(MemoryRooms.MostRooms + 1)]
    public void A_number_of_rooms_out_of_range_is_refused(int rooms) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRooms(rooms, 1, 2));

    [Fact]
    public void A_network_over_its_limit_is_asked_for_its_address_and_nothing_more_and_another_one_is_served()
    {
        var rig = new RendezvousRig(limit: new RateLimit(PerSecond: 2, Burst: 5));
        byte[] request = new JoinBytes().ToArray();

        for (int i = 0; i < 5; i++)
        {
            rig.Send(request, A);
            Assert.Equal(RendezvousOutcome.Challenged, rig.Last.Outcome);
        }

        rig.Join(B, party: 7);
        Assert.False(rig.Send(request, Neighbour).Nonce.IsEmpty);
        Assert.Equal((RendezvousOutcome.Challenged, 0), (rig.Last.Outcome, rig.Last.NoticeCount));
        rig.Send(new JoinBytes { Says = null }.ToArray(), Neighbour);
        Assert.Equal((RendezvousOutcome.Limited, 0, 0), (rig.Last.Outcome, rig.Last.ReplyLength, rig.Last.NoticeCount));
        rig.Send(request, C);
        Assert.Equal((RendezvousOutcome.Introduced, 1), (rig.Last.Outcome, rig.Last.NoticeCount));
        rig.Wait(0.5);
        rig.Send(request, A);
        Assert.Equal(RendezvousOutcome.Introduced, rig.Last.Outcome);
    }

    [Fact]
    public void Proven_joins_are_limited_for_each_address_and_those_of_its_neighbours_are_not()
    {
        var rig = new RendezvousRig(limit: new RateLimit(PerSecond: 1, Burst: 3));
        byte[] mine = ProvenFrom(rig, A), neighbours = ProvenFrom(rig, Neighbour);
        for (int i = 0; i < 3; i++)
        {
            rig.Send(mine, A);
            Assert.Equal(RendezvousOutcome.Waiting, rig.Last.Outcome);
        }

        rig.Send(mine, A);
        Assert.Equal(RendezvousOutcome.Limited, rig.Last.Outcome);
        rig.Send(neighbours, Neighbour);
        Assert.Equal(RendezvousOutcome.Paired, rig.Last.Outcome);
    }

    [Fact]
    public void Many_addresses_of_one_network_get_ten_times_what_one_gets()
    {
        var rig = new RendezvousRig(limit: new RateLimit(PerSecond: 1, Burst: 3));
        int taken = 0;
        for (int i = 1; i <= 31; i++)
        {
            var client = TransportAddress.Parse($"192.0.2.{i}:9");
            rig.Send(ProvenFrom(rig, client, room: (byte)i), client);
            taken += rig.Last.Outcome == RendezvousOutcome.Waiting ? 1 : 0;
        }

        Assert.Equal((30, RendezvousOutcome.Limited), (taken, rig.Last.Outcome));
    }

    [Fact]
    public void Challenges_to_networks_over_their_limit_have_a_limit_of_their_own()
    {
        var gate = new JoinGate(RateLimit.Join, new KeySource(1, 2));
        Instant now = Instant.At(TimeSpan.FromSeconds(1000));
        var passes = new Dictionary<JoinPass, int>();
        for (int i = 0; i < 3 * JoinGate.ChallengesPerSecond; i++)
        {
            now += TimeSpan.FromSeconds(1) / (3 * JoinGate.ChallengesPerSecond);
            JoinPass pass = gate.Check(A.Host, isProven: false, now);
            passes[pass] = passes.GetValueOrDefault(pass) + 1;
        }

        Assert.InRange(passes[JoinPass.Challenged], JoinGate.ChallengesPerSecond, JoinGate.ChallengesPerSecond * 12 / 10);
        Assert.True(passes[JoinPass.Dropped] > JoinGate.ChallengesPerSecond);
        Assert.Equal(JoinPass.Taken, gate.Check(B.Host, isProven: false, now));
        Assert.Equal(JoinPass.Taken, gate.Check(A.Host, isProven: true, now));
    }

    [Fact]
    public void Noise_does_not_count_against_the_limit_of_its_network()
    {
        var rig = new RendezvousRig(limit: new RateLimit(PerSecond: 1, Burst: 1));
        byte[] noise = new JoinBytes().WithWrongFingerprint();

        for (int i = 0; i < 100; i++) { rig.Send(noise, A); }

        rig.Send(new JoinBytes().ToArray(), A);
        Assert.Equal(RendezvousOutcome.Challenged, rig.Last.Outcome);
    }

    /// <summary>
    /// The real limit: ten parties that start at once behind one address, each with a dozen joins in three seconds, lose none.
    /// </summary>
    [Fact]
    public void A_host_that_starts_ten_parties_at_once_is_served()
    {
        var rig = new RendezvousRig(limit: RateLimit.Join);
        for (int step = 0; step < 12; step++)
        {
            for (byte party = 1; party <= 10; party++)
            {
                rig.Send(new JoinBytes { PartyName = JoinBytes.Name(party), RoomName = JoinBytes.Name(party) }.ToArray(), A);
                Assert.NotEqual(RendezvousOutcome.Limited, rig.Last.Outcome);
            }

            rig.Wait(0.25);
        }
    }

    /// <summary>
    /// Half a million joins from forged addresses, to their own rooms and to one with a waiting party. Nothing is stored, and nothing
    /// allocated.
    /// </summary>
    [Fact]
    public void A_flood_of_forged_joins_leaves_the_memory_and_the_rooms_as_they_were()
    {
        var rig = new RendezvousRig();
        rig.Join(A, party: 1);
        byte[] own = new JoinBytes { RoomName = JoinBytes.Name(0x33), PartyName = JoinBytes.Name(0x44), Cookie = new byte[20] }.ToArray();
        byte[] known = new JoinBytes { PartyName = JoinBytes.Name(0x44) }.ToArray();
        byte[] reply = new byte[RendezvousCore.MaxReplyLength];
        byte[] notice = new byte[RendezvousCore.MaxNoticeLength];
        var random = new SplitMix64(7);
        int kept = 0, toldElsewhere = 0;

        long allocated = Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                TransportAddress forged = Forged(ref random);
                RendezvousResult result = rig.Core.Answer(i % 10 == 0 ? known : own, forged, Way(0), rig.Now, reply, notice);
                kept += result.Outcome is RendezvousOutcome.Challenged or RendezvousOutcome.Introduced ? 0 : 1;
                toldElsewhere += result.NoticeCount > 0 && (rig.Core.Room.First.To != A || result.NoticeCount > 1) ? 1 : 0;
            }
        });

        Assert.Equal((0, 0, 0), (allocated, kept, toldElsewhere));
        Assert.Equal((1, 1), (rig.Rooms, rig.Waiting));
    }

    /// <summary>A flood with proven addresses ends at the limit of rooms. From then on its memory stays the same.</summary>
    [Fact]
    public void A_flood_of_rooms_takes_no_more_memory_than_the_limit_allows()
    {
        const int Rooms = 2_000;
        var rig = new RendezvousRig(maxRooms: Rooms);
        byte[] cookie = rig.NonceFor(A);
        byte[] reply = new byte[RendezvousCore.MaxReplyLength];
        byte[] notice = new byte[RendezvousCore.MaxNoticeLength];
        byte[][] requests = [.. Enumerable.Range(0, 3 * Rooms).Select(i => JoinTo(i, cookie))];
        foreach (byte[] request in requests) { rig.Core.Answer(request, A, Way(0), rig.Now, reply, notice); }

        Assert.Equal(Rooms, rig.Rooms);
        Assert.Equal(0, Allocation.Fewest(() =>
        {
            rig.Wait(61);
            foreach (byte[] request in requests) { rig.Core.Answer(request, A, Way(0), rig.Now, reply, notice); }
        }));
    }

    private static byte[] ProvenFrom(RendezvousRig rig, TransportAddress client, byte room = 0xA0) =>
        new JoinBytes { RoomName = JoinBytes.Name(room), PartyName = JoinBytes.Name((byte)((client.Port + room) & 0xFF)), Cookie = rig.NonceFor(client) }.ToArray();

    private static byte[] JoinTo(int number, byte[] cookie)
    {
        byte[] room = JoinBytes.Name(0);
        BinaryPrimitives.WriteInt32BigEndian(room, number);
        return new JoinBytes { RoomName = room, Cookie = cookie, Says = JoinBytes.SealedOf(1 + (number % 448)) }.ToArray();
    }

    private static TransportAddress Forged(ref SplitMix64 random)
    {
        Span<byte> host = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(host, (uint)(random.Next() >> 32));
        host[0] = (byte)(1 + (host[0] % 126));
        return new TransportAddress(HostAddress.FromBytes(host), (ushort)(1 + random.NextInt(60_000)));
    }
}
