using System.Buffers.Binary;

namespace Punch.Protocol.Frames;

/// <summary>The body of a <see cref="FrameType.Answer"/>, which may also be a probe.</summary>
/// <remarks>
/// token(8), flags(1: bit 0 is <paramref name="HasProof"/>), own token(8), family(1: 4, 6, or 0 for none), port(2), address(16: an IPv4
/// address, then zeros).
/// </remarks>
/// <param name="Token">The token of the probe or answer that it answers.</param>
/// <param name="HasProof">Whether the sender has proof that this path works in both directions.</param>
/// <param name="OwnToken">Asks for an answer with this token; 0 for none.</param>
/// <param name="Observed">The source of the probe, as the answering side saw it; null if unknown.</param>
public readonly record struct AnswerFrame(ulong Token, bool HasProof, ulong OwnToken, TransportAddress? Observed)
{
    /// <summary>The length of a body in bytes.</summary>
    public const int Length = AddressOffset + 16;

    private const int OwnTokenOffset = 9; // token(8) + flags(1)
    private const int FamilyOffset = 17; // token(8) + flags(1) + own token(8)
    private const int PortOffset = 18; // family(1)
    private const int AddressOffset = 20; // port(2)
    private const byte V4 = 4;
    private const byte V6 = 6;

    /// <summary>Writes the body.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    public int Write(Span<byte> destination)
    {
        destination[..Length].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(destination, Token);
        destination[ProbeFrame.FlagsOffset] = HasProof ? ProbeFrame.ProofBit : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(destination[OwnTokenOffset..], OwnToken);
        if (Observed is not { } observed) { return Length; }

        destination[FamilyOffset] = observed.Host.IsV6 ? V6 : V4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[PortOffset..], observed.Port);
        observed.Host.Write(destination[AddressOffset..]);
        return Length;
    }

    /// <summary>
    /// Reads a body; false if it is too short. Later bytes are ignored. A family that is neither 4 nor 6 means no address.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out AnswerFrame answer)
    {
        answer = default;
        if (body.Length < Length) { return false; }

        answer = new AnswerFrame(
            BinaryPrimitives.ReadUInt64BigEndian(body),
            (body[ProbeFrame.FlagsOffset] & ProbeFrame.ProofBit) != 0,
            BinaryPrimitives.ReadUInt64BigEndian(body[OwnTokenOffset..]),
            ReadAddress(body));
        return true;
    }

    private static TransportAddress? ReadAddress(ReadOnlySpan<byte> body)
    {
        int length = body[FamilyOffset] switch { V4 => 4, V6 => 16, _ => 0 };
        if (length == 0) { return null; }

        HostAddress host = HostAddress.FromBytes(body.Slice(AddressOffset, length));
        return new TransportAddress(host, BinaryPrimitives.ReadUInt16BigEndian(body[PortOffset..]));
    }
}
