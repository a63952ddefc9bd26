using System.Buffers.Binary;

namespace Punch.Protocol.Frames;

/// <summary>
/// The body of a <see cref="FrameType.Probe"/>. It is as long as an <see cref="AnswerFrame"/>, so an answer never has more bytes than its
/// probe.
/// </summary>
/// <remarks>token(8), flags(1: bit 0 is <paramref name="HasProof"/>), zeros.</remarks>
/// <param name="Token">The token that comes back in the answer; never 0.</param>
/// <param name="HasProof">Whether the sender has proof that this path works in both directions.</param>
public readonly record struct ProbeFrame(ulong Token, bool HasProof)
{
    /// <summary>The length of a body in bytes.</summary>
    public const int Length = AnswerFrame.Length;

    internal const int FlagsOffset = 8; // token(8)
    internal const byte ProofBit = 1;

    /// <summary>Writes the body.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    public int Write(Span<byte> destination)
    {
        destination[..Length].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(destination, Token);
        destination[FlagsOffset] = HasProof ? ProofBit : (byte)0;
        return Length;
    }

    /// <summary>Reads a body; false if it is too short. Later bytes are ignored.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out ProbeFrame probe)
    {
        bool isLongEnough = body.Length >= Length;
        probe = isLongEnough ? new ProbeFrame(BinaryPrimitives.ReadUInt64BigEndian(body), (body[FlagsOffset] & ProofBit) != 0) : default;
        return isLongEnough;
    }
}
