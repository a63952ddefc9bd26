using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>The first bytes of the other direction of a stream: what became of the wish.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Number">The port that listens; 0 otherwise.</param>
public readonly record struct OpenReply(OpenStatus Status, ulong Number)
{
    /// <summary>The most bytes of a reply.</summary>
    public const int MaxLength = 2 * VarInt.MaxLength;

    /// <summary>Writes it and returns its length.</summary>
    public int Write(Span<byte> destination)
    {
        int length = VarInt.Write((ulong)Status, destination);
        return length + VarInt.Write(Number, destination[length..]);
    }

    /// <summary>Reads one, any bytes. A status that is not known is a failure.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="length">Its length in bytes.</param>
    public static ReadOutcome Read(ReadOnlySpan<byte> bytes, out OpenReply reply, out int length)
    {
        reply = default;
        length = 0;
        ReadOnlySpan<byte> rest = bytes;
        if (!VarInt.TryRead(ref rest, out ulong status) || !VarInt.TryRead(ref rest, out ulong number)) { return ReadOutcome.Incomplete; }

        bool isKnown = status <= (ulong)OpenStatus.Gone;
        reply = new OpenReply(isKnown ? (OpenStatus)status : OpenStatus.Failed, number);
        length = bytes.Length - rest.Length;
        return ReadOutcome.Whole;
    }
}
