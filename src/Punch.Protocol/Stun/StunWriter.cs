using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

/// <summary>
/// Writes one message into the caller's buffer. Every <c>TryWrite</c> either writes a whole attribute, with zero padding and the
/// length field kept right, or returns false and changes nothing. It refuses what does not fit, what RFC 8489 calls too long, and what may
/// not follow an integrity attribute or the fingerprint.
/// </summary>
public ref partial struct StunWriter
{
    private readonly Span<byte> _buffer;
    private AttributeOrder _order;

    private StunWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        Length = StunMessage.HeaderLength;
    }

    /// <summary>Bytes written so far: always a whole message.</summary>
    public int Length { get; private set; }

    /// <summary>The message so far.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer[..Length];

    /// <summary>
    /// Begins a message; false, with nothing written, when the buffer cannot hold a header or the method has more than 12 bits.
    /// </summary>
    public static bool TryCreate(Span<byte> buffer, StunMethod method, StunClass messageClass, TransactionId id, out StunWriter writer)
    {
        writer = default;
        if (buffer.Length < StunMessage.HeaderLength || (int)method > 0xFFF || messageClass > StunClass.Error) { return false; }

        BinaryPrimitives.WriteUInt16BigEndian(buffer, StunMessageType.Encode(method, messageClass));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], StunMessage.MagicCookie);
        id.Write(buffer[StunMessage.TransactionIdOffset..]);
        writer = new StunWriter(buffer.Length > StunMessage.MaxLength ? buffer[..StunMessage.MaxLength] : buffer);
        return true;
    }

    /// <summary>Any attribute by number and bytes. The protecting ones have methods of their own and are refused here.</summary>
    public bool TryWrite(StunAttributeType type, scoped ReadOnlySpan<byte> value)
    {
        if (IsComputed(type) || !TryReserve(type, value.Length, out Span<byte> space)) { return false; }

        value.CopyTo(space);
        return true;
    }

    /// <summary>MESSAGE-INTEGRITY over all that is written so far: RFC 8489 §14.5.</summary>
    /// <param name="key">From <see cref="StunCredentials"/>.</param>
    public bool TryWriteIntegrity(scoped ReadOnlySpan<byte> key)
    {
        int at = Length;
        if (!TryReserve(StunAttributeType.MessageIntegrity, StunIntegrity.Sha1Length, out Span<byte> mac)) { return false; }

        StunIntegrity.Sha1(key, _buffer[..at], mac);
        return true;
    }

    /// <summary>MESSAGE-INTEGRITY-SHA256 over all that is written so far: RFC 8489 §14.6.</summary>
    /// <param name="key">From <see cref="StunCredentials"/>.</param>
    /// <param name="length">16 to 32, a multiple of four; less than 32 only where both sides have agreed on it.</param>
    public bool TryWriteIntegritySha256(scoped ReadOnlySpan<byte> key, int length = StunIntegrity.Sha256Length)
    {
        int at = Length;
        if (!StunIntegrity.IsSha256Length(length)) { return false; }

        if (!TryReserve(StunAttributeType.MessageIntegritySha256, length, out Span<byte> mac)) { return false; }

        Span<byte> whole = stackalloc byte[StunIntegrity.Sha256Length];
        StunIntegrity.Sha256(key, _buffer[..at], whole);
        whole[..length].CopyTo(mac);
        return true;
    }

    /// <summary>FINGERPRINT over all that is written so far; nothing may follow: RFC 8489 §14.7.</summary>
    public bool TryWriteFingerprint()
    {
        int at = Length;
        if (!TryReserve(StunAttributeType.Fingerprint, StunIntegrity.FingerprintLength, out Span<byte> crc)) { return false; }

        BinaryPrimitives.WriteUInt32BigEndian(crc, StunIntegrity.Fingerprint(_buffer[..at]));
        return true;
    }

    private static bool IsComputed(StunAttributeType type) =>
        type is StunAttributeType.MessageIntegrity or StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint;

    /// <summary>Makes room for an attribute: its header written, its padding zero, its value the caller's to fill.</summary>
    private bool TryReserve(StunAttributeType type, int valueLength, out Span<byte> value)
    {
        value = default;
        // type(2) + length(2) + value + padding(0..3)
        int needed = StunAttribute.HeaderLength + StunAttribute.PaddedLength(valueLength);
        if (valueLength > ushort.MaxValue || needed > _buffer.Length - Length || !_order.TryPass(type)) { return false; }

        Span<byte> space = _buffer.Slice(Length, needed);
        BinaryPrimitives.WriteUInt16BigEndian(space, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(space[2..], (ushort)valueLength);
        value = space.Slice(StunAttribute.HeaderLength, valueLength);
        // RFC 8489 §14 lets padding be anything; zeros leak nothing of what the buffer held before
        space[(StunAttribute.HeaderLength + valueLength)..].Clear();
        Length += needed;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length - StunMessage.HeaderLength));
        return true;
    }
}
