using Punch.Protocol.Streams;
using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Session;

/// <summary>What must hold of transfers.</summary>
internal static class StreamClaims
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>Runs a transfer. All bytes come and both sides are told so. If the line was away too long, nobody is told wrongly.</summary>
    public static void ClaimComplete(StreamPlan plan)
    {
        StreamWorld world = plan.Build(ClaimBounds);
        bool isOver;
        try { isOver = world.Run(Limit); }
        catch (Exception error) { throw new InvalidOperationException($"{plan}\n{Describe(world)}", error); }

        foreach (StreamSide side in world.Sides)
        {
            bool isFine = IsTrue(side) && side.Succeeds && isOver && side.Session.End.Error == StreamError.None;
            bool isHonest = !side.IsWrong && (isFine || (!plan.IsFair && (IsTrue(side) || !side.Succeeds)));
            bool isInTime = side.SunkAt <= Instant.At(plan.EndsBy) || !plan.IsFair;
            Assert.True(isHonest && isInTime, $"{plan}, ends by {plan.EndsBy}\n{Describe(world)}");
        }
    }

    /// <summary>Whether every byte of both sides is where it belongs.</summary>
    public static bool IsTrue(StreamSide side) => side.Peer!.Sunk == side.Length && side.Sunk == side.Peer.Length;

    public static void ClaimBounds(StreamWorld world)
    {
        foreach (StreamSide side in world.Sides)
        {
            ReceivePart receive = side.Stream.Receive;
            Assert.InRange(receive.Highest, receive.Taken, receive.Taken + FlowCredit.MostOfStream);
            Assert.InRange(receive.Highest, 0UL, receive.Credit.Limit);
            Assert.InRange(receive.Gaps, 0, ReceivePart.MaxGaps);
            Assert.InRange(side.Stream.Send.Held, 0, (long)FlowCredit.MostOfStream);
            Assert.InRange(side.Session.Recovery.Tracked, 0, SentPacketTable.Limit);
        }
    }

    public static string Describe(StreamWorld world) => string.Join("\n", world.Sides.Select(side =>
        $"at {world.Now}: {side.Session.State} {side.Session.End} wrote {side.Written} read {side.Read} sunk {side.Sunk} sent {side.Stream.Send.Sent} "
        + $"{side.Stream.Send.State} {side.Stream.Receive.State} consumed {side.Stream.Send.Consumed} in flight {side.Session.Recovery.BytesInFlight} "
        + $"window {side.Session.Recovery.Window} next {side.Session.NextTimeout} wrong {side.IsWrong}"));
}
