using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Punch.Protocol.Stun;

/// <summary>
/// A received STUN message, RFC 8489: a view of the datagram that <see cref="Parse"/> has found well formed. Nothing is copied,
/// nothing throws, whatever the bytes. A getter returns false when the attribute is absent or its value is malformed; of duplicates the
/// first counts. Nothing here is authentic until <see cref="HasValidIntegrity"/> or <see cref="HasValidIntegritySha256"/> says so.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---+---------------------------+-------------------------------+
/// |0 0|    method and class       |     length of what follows    |
/// +---+---------------------------+-------------------------------+
/// |                    magic cookie 0x2112A442                    |
/// +---------------------------------------------------------------+      RFC 8489 §5, figure 2
/// |                   transaction id (96 bits)                    |
/// +---------------------------------------------------------------+
/// |                         attributes ...                        |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
public readonly ref partial struct StunMessage
{
    /// <summary>Bytes before the attributes.</summary>
    public const int HeaderLength = 20;

    /// <summary>The longest message: the length field holds 16 bits, of which the last two are zero.</summary>
    public const int MaxLength = HeaderLength + 0xFFFC;

    /// <summary>Bytes 4 to 7 of every message: RFC 8489 §5.</summary>
    internal const uint MagicCookie = 0x2112_A442;

    /// <summary>Where the transaction id begins: after type(2) + length(2) + cookie(4).</summary>
    internal const int TransactionIdOffset = 8;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Landmarks _landmarks;

    private StunMessage(ReadOnlySpan<byte> bytes, Landmarks landmarks)
    {
        _bytes = bytes;
        _landmarks = landmarks;
        (Method, Class) = StunMessageType.Decode(BinaryPrimitives.ReadUInt16BigEndian(bytes));
        TransactionId = TransactionId.FromBytes(bytes.Slice(TransactionIdOffset, TransactionId.Length));
    }

    /// <summary>What the message is about.</summary>
    public StunMethod Method { get; }

    /// <summary>Whether it asks, tells or answers.</summary>
    public StunClass Class { get; }

    /// <summary>Ties an answer to its request.</summary>
    public TransactionId TransactionId { get; }

    /// <summary>Bytes on the wire.</summary>
    public int Length => _bytes.Length;

    /// <summary>The attributes that count, in order.</summary>
    public StunAttributeEnumerator Attributes => new(_bytes.IsEmpty ? [] : _bytes[HeaderLength..]);

    /// <summary>Reads one whole datagram.</summary>
    /// <param name="datagram">The bytes; the message is a view of them and must not outlive them.</param>
    /// <param name="message">The message; empty unless the result is <see cref="StunParseError.None"/>.</param>
    public static StunParseError Parse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        StunParseError error = CheckHeader(datagram);
        if (error != StunParseError.None) { return error; }

        error = CheckAttributes(datagram, out Landmarks landmarks);
        if (error != StunParseError.None) { return error; }

        message = new StunMessage(datagram, landmarks);
        return StunParseError.None;
    }

    /// <summary>The value, without padding, of the first attribute of this type that counts.</summary>
    public bool TryGetValue(StunAttributeType type, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (HasNone) { return false; }

        foreach (StunAttribute attribute in Attributes)
        {
            if (attribute.Type != type) { continue; }

            value = attribute.Value;
            return true;
        }

        return false;
    }

    /// <summary>Whether an attribute of this type is there and counts, however malformed its value.</summary>
    public bool Has(StunAttributeType type) => TryGetValue(type, out _);

    /// <summary>
    /// Lists the comprehension-required attributes that the caller does not understand, each type once, for the answer 420 of
    /// RFC 8489 §6.3.1.
    /// </summary>
    /// <param name="understood">The types the caller understands.</param>
    /// <param name="unknown">Takes the others, as many as fit: its length is the caller's bound.</param>
    /// <returns>How many were written; 0 when all is understood or <paramref name="unknown"/> has no room.</returns>
    public int ListUnknown(ReadOnlySpan<StunAttributeType> understood, Span<StunAttributeType> unknown)
    {
        int count = 0;
        if (HasNone) { return count; }

        foreach (StunAttribute attribute in Attributes)
        {
            StunAttributeType type = attribute.Type;
            if (count == unknown.Length) { break; }

            if (!type.IsComprehensionRequired() || Contains(understood, type) || Contains(unknown[..count], type)) { continue; }

            unknown[count++] = type;
        }

        return count;
    }

    /// <summary>As numbers, since comparing enums in a span boxes them wherever the compiler does not optimise.</summary>
    private static bool Contains(ReadOnlySpan<StunAttributeType> types, StunAttributeType type) =>
        MemoryMarshal.Cast<StunAttributeType, ushort>(types).Contains((ushort)type);

    // The usual request has no attributes, and is asked for half a dozen of them.
    private bool HasNone => _bytes.Length <= HeaderLength;

    private static StunParseError CheckHeader(ReadOnlySpan<byte> datagram)
    {
        // type(2) + length(2) + cookie(4) + transaction id(12) = 20
        if (datagram.Length < HeaderLength) { return StunParseError.TooShort; }

        // RFC 8489 §5: "The most significant 2 bits of every STUN message MUST be zeroes."
        if ((datagram[0] & 0xC0) != 0) { return StunParseError.NotStun; }

        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie) { return StunParseError.NoCookie; }

        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if ((length & 3) != 0) { return StunParseError.UnalignedLength; }

        int surplus = datagram.Length - HeaderLength - length;
        return surplus switch
        {
            < 0 => StunParseError.Truncated,
            > 0 => StunParseError.TrailingBytes,
            _ => StunParseError.None,
        };
    }

    private static StunParseError CheckAttributes(ReadOnlySpan<byte> datagram, out Landmarks landmarks)
    {
        landmarks = default;
        var order = default(AttributeOrder);
        for (int at = HeaderLength; at < datagram.Length;)
        {
            if (order.IsClosed) { return StunParseError.AttributeAfterFingerprint; }

            // type(2) + length(2) = 4 are there: the length field is a multiple of four and so is every step
            var type = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(datagram[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(at + 2)..]);

            // type(2) + length(2) + value(length) + padding(0..3)
            int next = at + StunAttribute.HeaderLength + StunAttribute.PaddedLength(length);
            if (next > datagram.Length) { return StunParseError.AttributeTruncated; }

            if (order.TryPass(type)) { landmarks = landmarks.With(type, at); }

            at = next;
        }

        return StunParseError.None;
    }

    /// <summary>Where the attributes that protect the message begin; 0 for one that is absent.</summary>
    private readonly record struct Landmarks(int Integrity, int IntegritySha256, int Fingerprint)
    {
        public Landmarks With(StunAttributeType type, int at) => type switch
        {
            StunAttributeType.MessageIntegrity => this with { Integrity = at },
            StunAttributeType.MessageIntegritySha256 => this with { IntegritySha256 = at },
            StunAttributeType.Fingerprint => this with { Fingerprint = at },
            _ => this,
        };
    }
}
