using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

public sealed class PathMtuTests
{
    private ulong _number;
    private Instant _now = Instant.At(TimeSpan.FromSeconds(100));

    [Theory]
    [InlineData(1_472, 1_500, new[] { 1_452, 1_472 })]
    [InlineData(1_472, 1_460, new[] { 1_452 })]
    [InlineData(1_472, 1_300, new int[0])]
    [InlineData(1_232, 9_000, new int[0])]
    [InlineData(8_000, 9_000, new[] { 1_452, 1_472, 8_000 })]
    [InlineData(65_000, 65_535, new[] { 1_452, 1_472, 8_972, 16_384, 65_000 })]
    public void The_search_goes_up_by_steps_to_the_limit(int limit, int path, int[] sizes)
    {
        var mtu = new PathMtu(limit);
        var found = new List<int>();
        for (int size = mtu.ProbeSize(_now); size > 0; size = mtu.ProbeSize(_now))
        {
            Probe(mtu, size, arrives: size <= path);
            if (mtu.Current == size) { found.Add(size); }
        }

        Assert.Equal(sizes, found);
        Assert.True(mtu.IsComplete);
        Assert.Equal(sizes.DefaultIfEmpty(PathMtu.Base).Last(), mtu.Current);
    }

    [Fact]
    public void A_size_is_tried_three_times_and_again_after_ten_minutes()
    {
        var mtu = new PathMtu(1_472);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1_452, mtu.ProbeSize(_now));
            Probe(mtu, 1_452, arrives: false);
        }

        Assert.Equal(0, mtu.ProbeSize(_now));
        _now += TimeSpan.FromSeconds(599);
        Assert.Equal(0, mtu.ProbeSize(_now));
        _now += TimeSpan.FromSeconds(1);
        Assert.Equal(1_452, mtu.ProbeSize(_now));
        Probe(mtu, 1_452, arrives: true);
        Assert.Equal(1_472, mtu.ProbeSize(_now));
    }

    [Fact]
    public void One_probe_is_in_flight_at_a_time()
    {
        var mtu = new PathMtu(1_472);
        mtu.NoteProbe();

        Assert.Equal(0, mtu.ProbeSize(_now));
    }

    [Fact]
    public void Four_losses_of_large_packets_in_a_row_are_a_black_hole()
    {
        PathMtu mtu = Found(1_472);
        for (int i = 0; i < 3; i++) { Lose(mtu, 1_472); }

        Assert.Equal(1_472, mtu.Current);
        Lose(mtu, 1_232);
        Assert.Equal(1_472, mtu.Current);
        Lose(mtu, 1_400);
        Assert.Equal((PathMtu.Base, 1), (mtu.Current, mtu.BlackHoles));
        Assert.Equal(1_452, mtu.ProbeSize(_now));
    }

    [Fact]
    public void Losses_before_a_large_packet_that_arrived_are_congestion()
    {
        PathMtu mtu = Found(1_472);
        SentPacket[] lost = [.. Enumerable.Range(0, 100).Select(_ => Packet(1_472))];
        mtu.Acknowledge(Packet(1_472));
        foreach (SentPacket packet in lost) { mtu.Lose(packet, _now); }

        Assert.Equal(1_472, mtu.Current);
    }

    [Fact]
    public void A_large_arrival_between_losses_begins_the_count_anew()
    {
        PathMtu mtu = Found(1_472);
        for (int i = 0; i < 20; i++)
        {
            Lose(mtu, 1_472);
            if (i % 3 == 2) { mtu.Acknowledge(Packet(1_472)); }
        }

        Assert.Equal(1_472, mtu.Current);
    }

    [Fact]
    public void A_smaller_limit_and_a_new_path_shrink_it()
    {
        PathMtu mtu = Found(65_000);
        mtu.SetLimit(9_000);
        Assert.Equal(9_000, mtu.Current);

        mtu.Reset();
        Assert.Equal((PathMtu.Base, 1_452), (mtu.Current, mtu.ProbeSize(_now)));
        mtu.SetLimit(0);
        Assert.Equal((PathMtu.Base, PathMtu.Base, 0), (mtu.Current, mtu.Limit, mtu.ProbeSize(_now)));
    }

    private PathMtu Found(int limit)
    {
        var mtu = new PathMtu(limit);
        for (int size = mtu.ProbeSize(_now); size > 0; size = mtu.ProbeSize(_now)) { Probe(mtu, size, arrives: true); }

        Assert.Equal(limit, mtu.Current);
        return mtu;
    }

    private void Probe(PathMtu mtu, int size, bool arrives)
    {
        SentPacket probe = Packet(size, PacketTraits.AckEliciting | PacketTraits.MtuProbe);
        mtu.NoteProbe();
        if (arrives) { mtu.Acknowledge(probe); }
        else { mtu.Lose(probe, _now); }
    }

    private void Lose(PathMtu mtu, int size) => mtu.Lose(Packet(size), _now);

    private SentPacket Packet(int size, PacketTraits traits = PacketTraits.AckEliciting) => new(++_number, _now, size, traits, default);
}
