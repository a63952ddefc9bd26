using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Session;

/// <summary>How the two sides end, and what they are told. One way takes 25 ms, so nobody has everything acknowledged before 50 ms.</summary>
public sealed class StreamEndTests
{
    // Long: more than the first window.
    private static readonly long[] Lengths = [0, 100, 300_000];

    private static readonly TimeSpan EndsAt = TimeSpan.FromMilliseconds(30);

    /// <summary>
    /// What both are told: the length of both, the end of the first side, and for each end of the second side a plus for success, a minus
    /// for failure. An x was killed; a question mark waits for it, until the session around it gives the path up.
    /// </summary>
    public static TheoryData<long, StreamEnd, string> Verdicts => new()
    {
        { 0, StreamEnd.Fin, "++ -- ++ ++ +x +-" },
        { 0, StreamEnd.Reset, "-- -- -- -- ?x --" },
        { 0, StreamEnd.Refuse, "++ -- ++ ++ +x +-" },
        { 0, StreamEnd.SinkFails, "++ -- ++ ++ +x +-" },
        { 0, StreamEnd.Killed, "x+ x? x+ x+ xx x-" },
        { 0, StreamEnd.Close, "-+ -- -+ -+ -x --" },
        { 100, StreamEnd.Fin, "++ -- ++ -- +x +-" },
        { 100, StreamEnd.Reset, "-- -- -- -- ?x --" },
        { 100, StreamEnd.Refuse, "++ -- ++ -- +x +-" },
        { 100, StreamEnd.SinkFails, "-- -- -- -- -x --" },
        { 100, StreamEnd.Killed, "x+ x? x+ x- xx x-" },
        { 100, StreamEnd.Close, "-+ -- -+ -- -x --" },
        { 300_000, StreamEnd.Fin, "++ -- -- -- ?x --" },
        { 300_000, StreamEnd.Reset, "-- -- -- -- ?x --" },
        { 300_000, StreamEnd.Refuse, "-- -- -- -- ?x --" },
        { 300_000, StreamEnd.SinkFails, "-- -- -- -- ?x --" },
        { 300_000, StreamEnd.Killed, "x? x? x? x? xx x-" },
        { 300_000, StreamEnd.Close, "-- -- -- -- -x --" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Both_are_told_how_it_ended(long length, StreamEnd end, string verdicts)
    {
        Assert.Equal(verdicts, string.Join(' ', Enum.GetValues<StreamEnd>().Select(other => Run(length, length, end, other))));
    }

    [Fact]
    public void Nobody_is_told_what_is_not_so_and_nobody_hangs()
    {
        foreach (long first in Lengths)
        {
            foreach (long second in Lengths)
            {
                foreach (StreamEnd end in Enum.GetValues<StreamEnd>())
                {
                    foreach (StreamEnd other in Enum.GetValues<StreamEnd>()) { Run(first, second, end, other); }
                }
            }
        }
    }

    private static string Run(long first, long second, StreamEnd end, StreamEnd other)
    {
        StreamSide[] sides = [Side(3, first, second, end), Side(5, second, first, other)];
        var world = new StreamWorld(new StreamLink(), sides[0], sides[1], seed: 1) { Check = StreamClaims.ClaimBounds };
        End(world, sides[0], end);
        End(world, sides[1], other);

        bool isOver = world.Run(TimeSpan.FromMinutes(10));

        string told = "";
        foreach (StreamSide side in sides)
        {
            bool waits = side.Session.State != StreamSessionState.Closed;
            string what = $"{first} {second} {end} {other}\n{StreamClaims.Describe(world)}";
            Assert.True(!side.Succeeds || StreamClaims.IsTrue(side), what);
            Assert.True(!side.IsWrong && (side.IsGone || isOver || side.Peer!.IsGone), what);
            told += side.IsGone ? 'x' : waits ? '?' : side.Succeeds ? '+' : '-';
        }

        return told;
    }

    private static StreamSide Side(ulong pattern, long length, long others, StreamEnd end) => new(pattern, length, Instant.Zero)
    {
        ResetsAt = end == StreamEnd.Reset ? length / 2 : null,
        RefusesAt = end == StreamEnd.Refuse ? others / 2 : null,

        // The disk is full when all is read.
        SinkDelay = end == StreamEnd.SinkFails ? TimeSpan.FromHours(1) : TimeSpan.Zero,
    };

    private static void End(StreamWorld world, StreamSide side, StreamEnd end)
    {
        switch (end)
        {
            case StreamEnd.Killed:
                world.At(EndsAt, _ => side.IsGone = true);
                break;
            case StreamEnd.Close:
                world.At(EndsAt, _ => side.Session.Close(StreamError.Left));
                break;
            case StreamEnd.SinkFails:
                world.At(TimeSpan.FromSeconds(5), now => side.Session.Refuse(side.Stream, 9, now));
                break;
            case StreamEnd.Refuse:
                world.At(EndsAt, now => side.Session.Refuse(side.Stream, 9, now));
                break;
        }
    }
}
