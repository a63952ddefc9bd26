namespace Punch.Protocol.Streams;

/// <summary>Packet numbers from <paramref name="Smallest"/> to <paramref name="Largest"/>, both included (RFC 9000 §19.3.1).</summary>
internal readonly record struct PacketRange(ulong Smallest, ulong Largest)
{
    /// <summary>Whether a number is in the range.</summary>
    public bool Contains(ulong number) => Smallest <= number && number <= Largest;
}
