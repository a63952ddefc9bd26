using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>USERNAME, at most 508 bytes of UTF-8.</summary>
    public bool TryGetUsername(out ReadOnlySpan<byte> username) => TryGetText(StunAttributeType.Username, StunLimits.Username, out username);

    /// <summary>USERHASH, 32 bytes; compare it with <see cref="StunCredentials.TryGetUserhash"/> in constant time.</summary>
    public bool TryGetUserhash(out ReadOnlySpan<byte> hash) =>
        TryGetText(StunAttributeType.Userhash, StunLimits.Userhash, out hash) && hash.Length == StunLimits.Userhash;

    /// <summary>REALM, at most 763 bytes of UTF-8.</summary>
    public bool TryGetRealm(out ReadOnlySpan<byte> realm) => TryGetText(StunAttributeType.Realm, StunLimits.TextReceived, out realm);

    /// <summary>NONCE, at most 763 bytes.</summary>
    public bool TryGetNonce(out ReadOnlySpan<byte> nonce) => TryGetText(StunAttributeType.Nonce, StunLimits.TextReceived, out nonce);

    /// <summary>SOFTWARE, at most 763 bytes of UTF-8 from a stranger: clean it before printing.</summary>
    public bool TryGetSoftware(out ReadOnlySpan<byte> software) => TryGetText(StunAttributeType.Software, StunLimits.TextReceived, out software);

    /// <summary>ERROR-CODE with its phrase, at most 763 bytes of UTF-8 from a stranger: clean it before printing.</summary>
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

    /// <summary>UNKNOWN-ATTRIBUTES: the types the server did not understand.</summary>
    /// <param name="types">Takes them, as many as fit: its length is the caller's bound.</param>
    /// <param name="count">How many were written.</param>
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

    /// <summary>PASSWORD-ALGORITHM: what the client chose. Parameters are skipped: no registered algorithm has any.</summary>
    public bool TryGetPasswordAlgorithm(out StunPasswordAlgorithm algorithm)
    {
        algorithm = default;
        return TryGetValue(StunAttributeType.PasswordAlgorithm, out ReadOnlySpan<byte> value)
            && TryTakeAlgorithm(ref value, out algorithm)
            && value.IsEmpty;
    }

    /// <summary>PASSWORD-ALGORITHMS: what the server offers, best first.</summary>
    /// <param name="algorithms">Takes them, as many as fit: its length is the caller's bound.</param>
    /// <param name="count">How many were written.</param>
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

    /// <summary>RESPONSE-PORT, 1..65535. The two bytes after the port are counted in the length by some and not by others.</summary>
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
        return TryGetValue(type, out ReadOnlySpan<byte> value) && value.Length == 4 && BinaryPrimitives.TryReadUInt32BigEndian(value, out number);
    }

    private bool TryGetText(StunAttributeType type, int longest, out ReadOnlySpan<byte> text)
    {
        if (TryGetValue(type, out text) && text.Length <= longest) { return true; }

        text = default;
        return false;
    }

    /// <summary>Takes one entry off a list: algorithm(2) + length of parameters(2) + parameters, padded to four: RFC 8489 §14.11.</summary>
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
