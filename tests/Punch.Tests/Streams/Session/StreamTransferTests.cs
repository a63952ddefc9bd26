using System.Globalization;
using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Session;

/// <summary>Transfers in virtual time. PUNCH_TRANSFERS sets how many are drawn, PUNCH_TRANSFER_SEED the first seed.</summary>
public sealed class StreamTransferTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static TheoryData<long, long> Lengths => new()
    {
        { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 100, 5_000_000 }, { 5_000_000, 5_000_000 }, { 300_000, 0 },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Everything_arrives_and_both_sides_end(long first, long second)
    {
        ClaimComplete(new StreamPlan { Seed = 1, Lengths = [first, second] });
    }

    [Fact]
    public void Whatever_the_line_does_everything_arrives_or_nobody_is_told_so()
    {
        ulong first = (ulong)Variable("PUNCH_TRANSFER_SEED", 1);
        ulong count = (ulong)Variable("PUNCH_TRANSFERS", 300);
        for (ulong seed = first; seed < first + count; seed++) { ClaimComplete(StreamPlan.Draw(seed)); }
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(60, 200)]
    [InlineData(200, 60)]
    public void A_transfer_goes_on_under_new_keys(int first, int second)
    {
        TimeSpan[] keys = [TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(second)];

        ClaimComplete(new StreamPlan { Seed = 1, Lengths = [500_000, 300_000], NewKeysAt = keys });
    }

    private static long Variable(string name, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : otherwise;

    private static void ClaimComplete(StreamPlan plan)
    {
        StreamWorld world = plan.Build(ClaimBounds);
        bool isOver;
        try { isOver = world.Run(Limit); }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException) { throw new InvalidOperationException($"{plan}\n{Describe(world)}", error); }

        foreach (StreamSide side in world.Sides)
        {
            bool isTrue = side.Peer!.Sunk == side.Length && side.Sunk == side.Peer.Length;
            bool isFine = isTrue && side.Succeeds && isOver && side.Session.End.Error == StreamError.None;
            Assert.True(!side.IsWrong && (isFine || (!plan.IsFair && (isTrue || !side.Succeeds))), $"{plan}\n{Describe(world)}");
        }
    }

    private static void ClaimBounds(StreamWorld world)
    {
        foreach (StreamSide side in world.Sides)
        {
            ReceivePart receive = side.Stream.Receive;
            PacketRecovery recovery = side.Session.Recovery;
            Assert.InRange(receive.Highest, receive.Taken, receive.Taken + FlowCredit.MostOfStream);
            Assert.InRange(receive.Highest, 0UL, receive.Credit.Limit);
            Assert.InRange(side.Stream.Send.Held, 0, (long)FlowCredit.MostOfStream);
            Assert.InRange(recovery.Tracked, 0, SentPacketTable.Limit);
        }
    }

    private static string Describe(StreamWorld world) => string.Join("\n", world.Sides.Select(side =>
        $"at {world.Now}: {side.Session.State} {side.Session.End} wrote {side.Written} read {side.Read} sunk {side.Sunk} sent {side.Stream.Send.Sent} "
        + $"{side.Stream.Send.State} {side.Stream.Receive.State} consumed {side.Stream.Send.Consumed} in flight {side.Session.Recovery.BytesInFlight} "
        + $"window {side.Session.Recovery.Window} next {side.Session.NextTimeout} wrong {side.IsWrong}"));
}
