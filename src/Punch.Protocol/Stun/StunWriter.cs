using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

/// <summary>
/// Writes one message into the caller's buffer. Every <c>TryWrite</c> either writes a whole attribute, with zero padding and a correct
/// length field, or returns false and changes nothing. It refuses values that do not fit or are too long for RFC 8489, and attributes that
/// may not follow an integrity attribute or the fingerprint.
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

    /// <summary>The number of bytes written so far, always a whole message.</summary>
    public int Length { get; private set; }

    /// <summary>The message so far.</summary>
    public readonly ReadOnlySpan<byte> Message => _buffer[..Length];

    /// <summary>
    /// Begins a message; false, with nothing written, if the buffer cannot hold a header or the method has more than 12 bits.
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

    /// <summary>
    /// Writes any attribute by number and bytes. Attributes that protect the message have methods of their own and are refused here.
    /// </summary>
    public bool TryWrite(StunAttributeType type, scoped ReadOnlySpan<byte> value)
    {
        if (IsComputed(type) || !TryReserve(type, value.Length, out Span<byte> space)) { return false; }

        value.CopyTo(space);
        return true;
    }

    /// <summary>Writes MESSAGE-INTEGRITY over everything so far: RFC 8489 §14.5.</summary>
    /// <param name="key">A key from <see cref="StunCredentials"/>.</param>
    public bool TryWriteIntegrity(scoped ReadOnlySpan<byte> key)
    {
        int at = Length;
        if (!TryReserve(StunAttributeType.MessageIntegrity, StunIntegrity.Sha1Length, out Span<byte> mac)) { return false; }

        StunIntegrity.Sha1(key, _buffer[..at], mac);
        return true;
    }

    /// <summary>Writes MESSAGE-INTEGRITY-SHA256 over everything so far: RFC 8489 §14.6.</summary>
    /// <param name="key">A key from <see cref="StunCredentials"/>.</param>
    /// <param name="length">16 to 32, a multiple of four. Less than 32 needs an agreement of both sides.</param>
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

    /// <summary>Writes FINGERPRINT over everything so far. Nothing may follow: RFC 8489 §14.7.</summary>
    public bool TryWriteFingerprint()
    {
        int at = Length;
        if (!TryReserve(StunAttributeType.Fingerprint, StunIntegrity.FingerprintLength, out Span<byte> crc)) { return false; }

        BinaryPrimitives.WriteUInt32BigEndian(crc, StunIntegrity.Fingerprint(_buffer[..at]));
        return true;
    }

    private static bool IsComputed(StunAttributeType type) =>
        type is StunAttributeType.MessageIntegrity or StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint;

    /// <summary>Reserves an attribute: writes its header and zeros its padding. The caller fills its value.</summary>
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
        // RFC 8489 §14 allows any padding. Zeros leak nothing of the buffer's earlier content
        space[(StunAttribute.HeaderLength + valueLength)..].Clear();
        Length += needed;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(Length - StunMessage.HeaderLength));
        return true;
    }
}
