using Punch.Protocol.Candidates.Tcp;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>Two sides that name each other and use TCP.</summary>
public sealed class TcpPunchTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<Door, Door, double> Cells
    {
        get
        {
            var cells = new TheoryData<Door, Door, double>();
            foreach (Door a in Enum.GetValues<Door>())
            {
                foreach (Door b in Enum.GetValues<Door>())
                {
                    foreach (double gap in (ReadOnlySpan<double>)[0, 0.05, 0.7, 2]) { cells.Add(a, b, gap); }
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Two_sides_open_one_stream_and_prove_it(Door a, Door b, double gap)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var pair = new StreamPair([Delay], (a, b), TimeSpan.FromSeconds(gap), seed, options => options with { Count = 2 });
            pair.RunUntil(() => pair.AreEnded, Minute);

            Assert.All(pair.Sides, side => Assert.Equal(Verdict.TwoWay, side.Session!.Verdict));
            Assert.All(pair.Sides, side => Assert.Equal(1, side.Session!.Statistics.Opens));
            bool isQuick = a != Door.Refuses && b != Door.Refuses;
            double roundTrips = pair.Sides.Max(side => side.OpenedAt!.Value - pair.LaterStart) / (Delay * 2);
            if (isQuick) { Assert.InRange(roundTrips, 0, 3); }
        }
    }

    [Fact]
    public void Both_sides_keep_the_same_of_two_streams()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            TimeSpan second = TimeSpan.FromMilliseconds(35 + (seed % 11));
            var pair = new StreamPair([Delay, second], (Door.Drops, Door.Drops), TimeSpan.FromMilliseconds(seed % 90), seed, options => options);
            pair.RunUntil(() => false, TimeSpan.FromSeconds(5));

            int kept = Assert.Single(pair.A.Streams);
            Assert.Equal([kept], pair.B.Streams);
            Assert.All(pair.Sides, side => Assert.Equal(side.Peer.Address(kept), side.Session!.Path?.Remote));
            Assert.All(pair.Sides, side => Assert.Single(side.Events, e => e.Event.Kind is SessionEventKind.Opened or SessionEventKind.Moved));
        }
    }

    [Fact]
    public void A_command_gets_the_same_of_two_streams_on_both_sides()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            TimeSpan second = TimeSpan.FromMilliseconds(35 + (seed % 11));
            var pair = new StreamPair(
                [Delay, second], (Door.Drops, Door.Open), TimeSpan.FromMilliseconds(seed % 90), seed,
                options => options with { Use = PathUse.HandOver });
            pair.RunUntil(() => pair.AreEnded, Minute);

            TransportAddress remote = pair.A.Session!.Path!.Value.Remote;
            Assert.Equal(remote.Host.IsV6, pair.B.Session!.Path!.Value.Remote.Host.IsV6);
        }
    }

    [Fact]
    public void A_stream_that_breaks_is_opened_again()
    {
        var pair = new StreamPair([Delay], (Door.Drops, Door.Drops), TimeSpan.Zero, 3, options => options);
        pair.RunUntil(() => pair.Sides.All(side => side.Session?.Path is not null), Minute);
        pair.A.Break(0);
        pair.B.Break(0);
        Instant broken = pair.Now;
        Assert.All(pair.Sides, side => Assert.Null(side.Session!.Path));

        pair.RunUntil(() => pair.Sides.All(side => side.Session!.Path is not null), Minute);

        Assert.All(pair.Sides, side => Assert.True(side.Events[^1].Event.Kind != SessionEventKind.Ended));
        Assert.InRange((pair.Now - broken).TotalSeconds, 0, 1);
    }

    [Fact]
    public void A_stream_that_falls_silent_is_closed_and_opened_again()
    {
        var pair = new StreamPair([Delay], (Door.Drops, Door.Drops), TimeSpan.Zero, 3, options => options);
        pair.RunUntil(() => pair.Sides.All(side => side.Session?.Path is not null), Minute);
        pair.A.Streams.Clear();
        Instant broken = pair.Now;

        pair.RunUntil(() => pair.A.Session!.Path is null, Minute);
        pair.RunUntil(() => pair.Sides.All(side => side.Session!.Path is not null && side.Streams.Count == 1), Minute);

        Assert.InRange((pair.Now - broken).TotalSeconds, 0, 20);
    }

    [Fact]
    public void A_peer_that_drops_gets_an_attempt_after_the_other()
    {
        var pair = new StreamPair([Delay], (Door.Drops, Door.Drops), TimeSpan.FromHours(1), 5, options => options with { Deadline = Minute });
        pair.RunUntil(() => pair.Sides.Any(side => side.Session is { IsEnded: true }), TimeSpan.FromMinutes(2));

        DialCounts counts = pair.Sides.Single(side => side.Session is not null).Session!.Outcome.Dials!.Value;
        Assert.Equal(10, counts.Dialed);
        Assert.InRange(counts.Unanswered, 9, 10);
        Assert.Equal(0, counts.Refused);
    }

    [Fact]
    public void A_peer_that_refuses_is_dialed_often_at_first_and_then_once_a_second()
    {
        var pair = new StreamPair([Delay], (Door.Refuses, Door.Refuses), TimeSpan.FromHours(1), 5, options => options with { Deadline = Minute });
        pair.RunUntil(() => pair.Sides.Any(side => side.Session is { IsEnded: true }), TimeSpan.FromMinutes(2));

        DialCounts counts = pair.Sides.Single(side => side.Session is not null).Session!.Outcome.Dials!.Value;
        Assert.InRange(counts.Dialed, 90, 130);
        Assert.InRange(counts.Refused, counts.Dialed - 1, counts.Dialed);
        Assert.Equal(0, counts.Unanswered);
    }
}
