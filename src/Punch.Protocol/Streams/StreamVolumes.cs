namespace Punch.Protocol.Streams;

/// <summary>What streams carried, in bytes.</summary>
/// <param name="Sent">Bytes of this side's programs that were sent.</param>
/// <param name="Received">Bytes of the peer's programs that were taken.</param>
/// <param name="Consumed">Sent bytes that the peer's programs have.</param>
/// <param name="Repaired">Bytes that were sent more than once.</param>
public readonly record struct StreamVolumes(long Sent, long Received, long Consumed, long Repaired)
{
    /// <summary>The sum of two.</summary>
    public static StreamVolumes operator +(StreamVolumes one, StreamVolumes other) => new(
        one.Sent + other.Sent, one.Received + other.Received, one.Consumed + other.Consumed, one.Repaired + other.Repaired);
}
