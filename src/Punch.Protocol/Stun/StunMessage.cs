using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Punch.Protocol.Stun;

/// <summary>
/// A received STUN message, RFC 8489: a view of the datagram that <see cref="Parse"/> has found well formed. It copies nothing, and never
/// throws for any bytes. A getter returns false if the attribute is absent or its value is malformed. The first of duplicate attributes
/// counts. Nothing is authentic before <see cref="StunIntegrityCheck.HasValidIntegrity"/> or
/// <see cref="StunIntegrityCheck.HasValidIntegritySha256"/> confirms it.
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
public readonly ref struct StunMessage
{
    /// <summary>The number of bytes before the attributes.</summary>
    public const int HeaderLength = 20;

    /// <summary>The longest message in bytes: the length field has 16 bits, and the last two are zero.</summary>
    public const int MaxLength = HeaderLength + 0xFFFC;

    /// <summary>Bytes 4 to 7 of every message: RFC 8489 §5.</summary>
    internal const uint MagicCookie = 0x2112_A442;

    /// <summary>The position of the transaction id: after type(2) + length(2) + cookie(4).</summary>
    internal const int TransactionIdOffset = 8;

    private StunMessage(ReadOnlySpan<byte> bytes, StunLandmarks landmarks)
    {
        Bytes = bytes;
        Landmarks = landmarks;
        (Method, Class) = StunMessageType.Decode(BinaryPrimitives.ReadUInt16BigEndian(bytes));
        TransactionId = TransactionId.FromBytes(bytes.Slice(TransactionIdOffset, TransactionId.Length));
    }

    /// <summary>The method of the message.</summary>
    public StunMethod Method { get; }

    /// <summary>Whether it is a request, an indication or a reply.</summary>
    public StunClass Class { get; }

    /// <summary>Connects a reply to its request.</summary>
    public TransactionId TransactionId { get; }

    /// <summary>Whether there is a fingerprint, right or wrong.</summary>
    public bool HasFingerprint => Landmarks.Fingerprint != 0;

    /// <summary>The length on the wire in bytes.</summary>
    public int Length => Bytes.Length;

    /// <summary>The whole message.</summary>
    internal ReadOnlySpan<byte> Bytes { get; }

    internal StunLandmarks Landmarks { get; }

    /// <summary>The attributes that count, in order.</summary>
    public StunAttributeEnumerator Attributes => new(Bytes.IsEmpty ? [] : Bytes[HeaderLength..]);

    /// <summary>Reads one whole datagram.</summary>
    /// <param name="datagram">The bytes; the message is a view of them and must not outlive them.</param>
    /// <param name="message">The message; empty unless the result is <see cref="StunParseError.None"/>.</param>
    public static StunParseError Parse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        StunParseError error = CheckHeader(datagram);
        if (error != StunParseError.None) { return error; }

        error = CheckAttributes(datagram, out StunLandmarks landmarks);
        if (error != StunParseError.None) { return error; }

        message = new StunMessage(datagram, landmarks);
        return StunParseError.None;
    }

    /// <summary>Reads the value, without padding, of the first counting attribute of this type.</summary>
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

    /// <summary>Whether there is a counting attribute of this type, even with a malformed value.</summary>
    public bool Has(StunAttributeType type) => TryGetValue(type, out _);

    /// <summary>
    /// Lists the comprehension-required attributes that the caller does not understand, each type once, for the 420 reply of RFC 8489
    /// §6.3.1.
    /// </summary>
    /// <param name="understood">The types that the caller understands.</param>
    /// <param name="unknown">Receives the others, as many as fit: its length is the caller's limit.</param>
    /// <returns>The number written; 0 if all are understood or <paramref name="unknown"/> has no room.</returns>
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

    /// <summary>USERNAME, at most 508 bytes of UTF-8.</summary>
    public bool TryGetUsername(out ReadOnlySpan<byte> username) =>
        TryGetText(StunAttributeType.Username, StunLimits.Username, out username);

    /// <summary>USERHASH, 32 bytes; compare it with <see cref="StunCredentials.TryGetUserhash"/> in constant time.</summary>
    public bool TryGetUserhash(out ReadOnlySpan<byte> hash) =>
        TryGetText(StunAttributeType.Userhash, StunLimits.Userhash, out hash) && hash.Length == StunLimits.Userhash;

    /// <summary>REALM, at most 763 bytes of UTF-8.</summary>
    public bool TryGetRealm(out ReadOnlySpan<byte> realm) => TryGetText(StunAttributeType.Realm, StunLimits.TextReceived, out realm);

    /// <summary>NONCE, at most 763 bytes.</summary>
    public bool TryGetNonce(out ReadOnlySpan<byte> nonce) => TryGetText(StunAttributeType.Nonce, StunLimits.TextReceived, out nonce);

    /// <summary>SOFTWARE, at most 763 bytes of untrusted UTF-8: clean it before printing.</summary>
    public bool TryGetSoftware(out ReadOnlySpan<byte> software) =>
        TryGetText(StunAttributeType.Software, StunLimits.TextReceived, out software);

    /// <summary>ERROR-CODE with its phrase, at most 763 bytes of untrusted UTF-8: clean it before printing.</summary>
    public bool TryGetErrorCode(out StunErrorCode code, out ReadOnlySpan<byte> reason)
    {
        code = default;
        reason = default;
        if (!TryGetValue(StunAttributeType.ErrorCode, out ReadOnlySpan<byte> value)) { return false; }

        // zeros(21 bits) + class(3 bits) + number(1 byte) = 4 bytes, then the phrase: RFC 8489 §14.8
        if (value.Length is < 4 or > 4 + StunLimits.TextReceived) { return false; }

        int hundreds = value[2] & 0x07;
        int number = value[3];
        if (hundreds is < 3 or > 6 || number > 99) { return false; }

        code = (StunErrorCode)((hundreds * 100) + number);
        reason = value[4..];
        return true;
    }

    /// <summary>UNKNOWN-ATTRIBUTES: the types that the server did not understand.</summary>
    /// <param name="types">Receives the types, as many as fit: its length is the caller's limit.</param>
    /// <param name="count">The number of types written.</param>
    public bool TryGetUnknownAttributes(Span<StunAttributeType> types, out int count)
    {
        count = 0;
        if (!TryGetValue(StunAttributeType.UnknownAttributes, out ReadOnlySpan<byte> value) || (value.Length & 1) != 0) { return false; }

        for (; count < types.Length && 2 * count < value.Length; count++)
        {
            types[count] = (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(value[(2 * count)..]);
        }

        return true;
    }

    /// <summary>PASSWORD-ALGORITHM: the algorithm that the client chose. Parameters are skipped: no registered algorithm has any.</summary>
    public bool TryGetPasswordAlgorithm(out StunPasswordAlgorithm algorithm)
    {
        algorithm = default;
        return TryGetValue(StunAttributeType.PasswordAlgorithm, out ReadOnlySpan<byte> value)
            && TryTakeAlgorithm(ref value, out algorithm)
            && value.IsEmpty;
    }

    /// <summary>PASSWORD-ALGORITHMS: the algorithms that the server offers, the best first.</summary>
    /// <param name="algorithms">Receives the algorithms, as many as fit: its length is the caller's limit.</param>
    /// <param name="count">The number of algorithms written.</param>
    public bool TryGetPasswordAlgorithms(Span<StunPasswordAlgorithm> algorithms, out int count)
    {
        count = 0;
        if (!TryGetValue(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> value)) { return false; }

        while (!value.IsEmpty)
        {
            if (!TryTakeAlgorithm(ref value, out StunPasswordAlgorithm algorithm)) { return false; }

            if (count < algorithms.Length) { algorithms[count++] = algorithm; }
        }

        return true;
    }

    /// <summary>CHANGE-REQUEST; unknown flags are dropped.</summary>
    public bool TryGetChangeRequest(out StunChange change)
    {
        bool isFound = TryGetUInt32(StunAttributeType.ChangeRequest, out uint flags);
        change = (StunChange)(flags & (uint)(StunChange.Address | StunChange.Port));
        return isFound;
    }

    /// <summary>RESPONSE-PORT, 1..65535. Some senders count the two bytes after the port in the length, others do not.</summary>
    public bool TryGetResponsePort(out ushort port)
    {
        port = 0;
        if (!TryGetValue(StunAttributeType.ResponsePort, out ReadOnlySpan<byte> value) || value.Length is not (2 or 4)) { return false; }

        port = BinaryPrimitives.ReadUInt16BigEndian(value);
        return port != 0;
    }

    /// <summary>The other port of a server with one address and two ports, 1..65535.</summary>
    public bool TryGetOtherPort(out ushort port)
    {
        port = 0;
        if (!TryGetValue(OwnStunAttributes.OtherPort, out ReadOnlySpan<byte> value) || value.Length != 2) { return false; }

        port = BinaryPrimitives.ReadUInt16BigEndian(value);
        return port != 0;
    }

    /// <summary>A value of 32 bits under any attribute type.</summary>
    public bool TryGetUInt32(StunAttributeType type, out uint number)
    {
        number = 0;
        return TryGetValue(type, out ReadOnlySpan<byte> value)
            && value.Length == 4
            && BinaryPrimitives.TryReadUInt32BigEndian(value, out number);
    }

    /// <summary>Compares as numbers: comparing enums in a span allocates where the compiler does not optimise.</summary>
    private static bool Contains(ReadOnlySpan<StunAttributeType> types, StunAttributeType type) =>
        MemoryMarshal.Cast<StunAttributeType, ushort>(types).Contains((ushort)type);

    // The usual request has no attributes, and is asked for half a dozen of them.
    private bool HasNone => Bytes.Length <= HeaderLength;

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

    private static StunParseError CheckAttributes(ReadOnlySpan<byte> datagram, out StunLandmarks landmarks)
    {
        landmarks = default;
        var order = default(AttributeOrder);
        for (int at = HeaderLength; at < datagram.Length;)
        {
            if (order.IsClosed) { return StunParseError.AttributeAfterFingerprint; }

            // type(2) + length(2) = 4 are there, because the length field and every step are multiples of four
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

    private bool TryGetText(StunAttributeType type, int longest, out ReadOnlySpan<byte> text)
    {
        if (TryGetValue(type, out text) && text.Length <= longest) { return true; }

        text = default;
        return false;
    }

    /// <summary>Takes one entry off a list: algorithm(2) + parameter length(2) + parameters, padded to four: RFC 8489 §14.11.</summary>
    private static bool TryTakeAlgorithm(ref ReadOnlySpan<byte> list, out StunPasswordAlgorithm algorithm)
    {
        algorithm = default;
        if (list.Length < 4) { return false; }

        int parameters = BinaryPrimitives.ReadUInt16BigEndian(list[2..]);
        int entry = 4 + parameters;
        if (entry > list.Length) { return false; }

        algorithm = (StunPasswordAlgorithm)BinaryPrimitives.ReadUInt16BigEndian(list);
        // the padding of the last entry may be the attribute's own, which is not part of the value
        list = list[Math.Min(StunAttribute.PaddedLength(entry), list.Length)..];
        return true;
    }
}
