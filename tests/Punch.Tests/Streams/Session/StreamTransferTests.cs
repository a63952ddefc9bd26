using Xunit;
using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Session;

public sealed class StreamTransferTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static TheoryData<long, long> Lengths => new()
    {
        { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 100, 5_000_000 }, { 5_000_000, 5_000_000 }, { 300_000, 0 },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Everything_arrives_and_both_sides_end(long first, long second)
    {
        StreamWorld world = World(new StreamLink(), first, second, seed: 1);

        Assert.True(world.Run(Limit), Describe(world));

        ClaimComplete(world);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Lost_packets_are_repaired(double loss)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            StreamWorld world = World(new StreamLink { Loss = loss }, 200_000, 100_000, seed);

            Assert.True(world.Run(Limit), $"seed {seed}: {Describe(world)}");

            ClaimComplete(world);
        }
    }

    private static StreamWorld World(StreamLink link, long first, long second, ulong seed) =>
        new(link, new StreamSide(3, first, Instant.Zero), new StreamSide(5, second, Instant.Zero), seed);

    private static void ClaimComplete(StreamWorld world)
    {
        foreach (StreamSide side in world.Sides)
        {
            Assert.False(side.IsWrong);
            Assert.True(side.HasDelivered);
            Assert.True(side.HasReceived);
            Assert.Equal(side.Peer!.Length, side.Read);
            Assert.Equal(StreamError.None, side.Session.End.Error);
        }
    }

    private static string Describe(StreamWorld world) => string.Join("; ", world.Sides.Select(side =>
        $"at {world.Now}: {side.Session.State} {side.Session.End} written {side.Written} read {side.Read} sent {side.Stream.Send.Sent} "
        + $"{side.Stream.Send.State} {side.Stream.Receive.State} consumed {side.Stream.Send.Consumed} in flight {side.Session.Recovery.BytesInFlight}"));
}
