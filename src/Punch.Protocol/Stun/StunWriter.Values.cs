using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

public ref partial struct StunWriter
{
    /// <summary>XOR-MAPPED-ADDRESS, RFC 8489 §14.2.</summary>
    public bool TryWriteXorMappedAddress(in TransportAddress address) => TryWriteXorAddress(StunAttributeType.XorMappedAddress, address);

    /// <summary>An address masked by the cookie and the transaction id, under any attribute type.</summary>
    public bool TryWriteXorAddress(StunAttributeType type, in TransportAddress address)
    {
        if (!TryReserveAddress(type, address, out Span<byte> value)) { return false; }

        StunAddress.Write(value, StunAddress.Mask(_buffer), address);
        return true;
    }

    /// <summary>A plain address, under any attribute type.</summary>
    public bool TryWriteAddress(StunAttributeType type, in TransportAddress address)
    {
        if (!TryReserveAddress(type, address, out Span<byte> value)) { return false; }

        StunAddress.Write(value, default, address);
        return true;
    }

    /// <summary>USERNAME, at most 508 bytes of UTF-8, prepared as described at <see cref="StunCredentials"/>.</summary>
    public bool TryWriteUsername(scoped ReadOnlySpan<byte> username) =>
        TryWriteText(StunAttributeType.Username, username, StunLimits.Username);

    /// <summary>USERHASH, exactly 32 bytes.</summary>
    public bool TryWriteUserhash(scoped ReadOnlySpan<byte> hash) =>
        hash.Length == StunLimits.Userhash && TryWrite(StunAttributeType.Userhash, hash);

    /// <summary>REALM, at most 509 bytes of UTF-8.</summary>
    public bool TryWriteRealm(scoped ReadOnlySpan<byte> realm) => TryWriteText(StunAttributeType.Realm, realm, StunLimits.TextSent);

    /// <summary>NONCE, at most 509 bytes.</summary>
    public bool TryWriteNonce(scoped ReadOnlySpan<byte> nonce) => TryWriteText(StunAttributeType.Nonce, nonce, StunLimits.TextSent);

    /// <summary>SOFTWARE, at most 509 bytes of UTF-8.</summary>
    public bool TryWriteSoftware(scoped ReadOnlySpan<byte> software) =>
        TryWriteText(StunAttributeType.Software, software, StunLimits.TextSent);

    /// <summary>ERROR-CODE, 300 to 699. A public server leaves the phrase empty, because it would only make the reply longer.</summary>
    public bool TryWriteErrorCode(StunErrorCode code, scoped ReadOnlySpan<byte> reason = default)
    {
        int number = (int)code;
        if (number is < 300 or > 699 || reason.Length > StunLimits.TextSent) { return false; }

        if (!TryReserve(StunAttributeType.ErrorCode, 4 + reason.Length, out Span<byte> value)) { return false; }

        value[0] = 0;
        value[1] = 0;
        value[2] = (byte)(number / 100);
        value[3] = (byte)(number % 100);
        reason.CopyTo(value[4..]);
        return true;
    }

    /// <summary>UNKNOWN-ATTRIBUTES.</summary>
    public bool TryWriteUnknownAttributes(scoped ReadOnlySpan<StunAttributeType> types)
    {
        if (types.Length > ushort.MaxValue / 2 || !TryReserve(StunAttributeType.UnknownAttributes, 2 * types.Length, out Span<byte> value))
        {
            return false;
        }

        for (int i = 0; i < types.Length; i++) { BinaryPrimitives.WriteUInt16BigEndian(value[(2 * i)..], (ushort)types[i]); }

        return true;
    }

    /// <summary>PASSWORD-ALGORITHM, without parameters.</summary>
    public bool TryWritePasswordAlgorithm(StunPasswordAlgorithm algorithm) =>
        TryWriteAlgorithms(StunAttributeType.PasswordAlgorithm, [algorithm]);

    /// <summary>PASSWORD-ALGORITHMS, best first, without parameters.</summary>
    public bool TryWritePasswordAlgorithms(scoped ReadOnlySpan<StunPasswordAlgorithm> algorithms) =>
        TryWriteAlgorithms(StunAttributeType.PasswordAlgorithms, algorithms);

    /// <summary>CHANGE-REQUEST.</summary>
    public bool TryWriteChangeRequest(StunChange change) => TryWriteUInt32(StunAttributeType.ChangeRequest, (uint)change);

    /// <summary>RESPONSE-PORT, 1..65535.</summary>
    public bool TryWriteResponsePort(ushort port) =>
        port != 0 && TryWriteUInt32(StunAttributeType.ResponsePort, (uint)port << 16); // port(2) + unused(2): RFC 5780 §7.5

    /// <summary>The other port of a server with one address and two ports, 1..65535.</summary>
    public bool TryWriteOtherPort(ushort port)
    {
        if (port == 0 || !TryReserve(OwnStunAttributes.OtherPort, sizeof(ushort), out Span<byte> value)) { return false; }

        BinaryPrimitives.WriteUInt16BigEndian(value, port);
        return true;
    }

    /// <summary>PADDING of this many zeros.</summary>
    public bool TryWritePadding(int length) => TryWriteZeros(StunAttributeType.Padding, length);

    /// <summary>Fills the message up to <paramref name="messageLength"/> bytes, so that the server may reply with as many.</summary>
    /// <param name="messageLength">A multiple of four that leaves room for the attribute's header.</param>
    public bool TryWriteFillerUpTo(int messageLength)
    {
        int length = messageLength - Length - StunAttribute.HeaderLength;
        return (messageLength & 3) == 0 && TryWriteZeros(OwnStunAttributes.Filler, length);
    }

    /// <summary>A value of 32 bits under any attribute type.</summary>
    public bool TryWriteUInt32(StunAttributeType type, uint number)
    {
        if (IsComputed(type) || !TryReserve(type, sizeof(uint), out Span<byte> value)) { return false; }

        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        return true;
    }

    private bool TryReserveAddress(StunAttributeType type, in TransportAddress address, out Span<byte> value)
    {
        value = default;
        return !IsComputed(type) && TryReserve(type, StunAddress.ValueLength(address.Host), out value);
    }

    private bool TryWriteText(StunAttributeType type, scoped ReadOnlySpan<byte> text, int longest) =>
        text.Length <= longest && TryWrite(type, text);

    private bool TryWriteZeros(StunAttributeType type, int length)
    {
        if (length < 0 || !TryReserve(type, length, out Span<byte> value)) { return false; }

        value.Clear();
        return true;
    }

    private bool TryWriteAlgorithms(StunAttributeType type, scoped ReadOnlySpan<StunPasswordAlgorithm> algorithms)
    {
        if (algorithms.Length > ushort.MaxValue / 4 || !TryReserve(type, 4 * algorithms.Length, out Span<byte> value)) { return false; }

        for (int i = 0; i < algorithms.Length; i++)
        {
            // algorithm(2) + length of parameters(2): RFC 8489 §14.11
            BinaryPrimitives.WriteUInt32BigEndian(value[(4 * i)..], (uint)algorithms[i] << 16);
        }

        return true;
    }
}
