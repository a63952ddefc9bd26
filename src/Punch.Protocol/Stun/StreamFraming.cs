using System.Buffers.Binary;

namespace Punch.Protocol.Stun;

/// <summary>What a stream begins with.</summary>
public enum StreamFrame
{
    /// <summary>The beginning of a frame.</summary>
    Partial,

    /// <summary>A complete frame.</summary>
    Whole,

    /// <summary>Something else. No frame can be found after it: end the connection.</summary>
    Broken,
}

/// <summary>
/// Datagrams in a stream of bytes, as in TURN over TCP. A STUN message says its own length (RFC 8489 §6.2.2). Every other datagram is in
/// a ChannelData message (RFC 8656 §12.4), padded to a multiple of 4 bytes (§12.5). Frames follow each other without a gap.
/// </summary>
/// <remarks>
/// <code>
/// STUN message   00.. | length(2) | cookie(4) | ... 20 + length bytes in all
/// ChannelData    0x4000 to 0x4FFF(2) | length(2) | datagram | padding(0 to 3)
/// </code>
/// </remarks>
public static class StreamFraming
{
    /// <summary>The longest datagram, in bytes.</summary>
    public const int MaxDatagram = 65_535;

    /// <summary>The longest frame, in bytes: header(4) and the longest datagram with its padding.</summary>
    public const int MaxFrame = ChannelHeader + MaxDatagram + 1;

    /// <summary>The channel number of streams between punch and its own servers and peers: there is only one channel.</summary>
    public const ushort OwnChannel = 0x4000;

    // number(2) + length(2)
    private const int ChannelHeader = 4;
    private const int CookieAt = 4;

    private static ReadOnlySpan<byte> Cookie => [0x21, 0x12, 0xA4, 0x42];

    /// <summary>Looks at the first frame.</summary>
    /// <param name="held">The bytes that arrived and were not taken yet.</param>
    /// <param name="whole">
    /// The length of the frame in bytes, with its padding. It is known for an incomplete frame, too, once 4 bytes are there; otherwise 0.
    /// </param>
    /// <param name="payload">Where the datagram is in the frame; empty unless the frame is complete.</param>
    public static StreamFrame Read(ReadOnlySpan<byte> held, out int whole, out Range payload)
    {
        (whole, payload) = (0, default);
        bool isChannel = !held.IsEmpty && (held[0] & 0xF0) == 0x40;
        if (!isChannel && !MayBeStun(held)) { return StreamFrame.Broken; }

        if (held.Length < ChannelHeader) { return StreamFrame.Partial; }

        int length = BinaryPrimitives.ReadUInt16BigEndian(held[2..]);
        if (!isChannel && (length % 4 != 0 || length > MaxDatagram - StunMessage.HeaderLength)) { return StreamFrame.Broken; }

        whole = isChannel ? ChannelHeader + Padded(length) : StunMessage.HeaderLength + length;
        if (held.Length < whole) { return StreamFrame.Partial; }

        payload = isChannel ? ChannelHeader..(ChannelHeader + length) : ..whole;
        return StreamFrame.Whole;
    }

    /// <summary>Writes a datagram as a frame.</summary>
    /// <param name="datagram">A STUN message, which is its own frame, or anything else.</param>
    /// <param name="channel">The channel number for anything else, 0x4000 to 0x4FFF.</param>
    /// <param name="destination">Four bytes of header and three of padding more than the datagram hold any.</param>
    /// <returns>The length of the frame; 0, with nothing written, if it does not fit or the datagram is too long.</returns>
    public static int Write(ReadOnlySpan<byte> datagram, ushort channel, Span<byte> destination)
    {
        bool isStun = IsStun(datagram);
        int length = isStun ? datagram.Length : ChannelHeader + Padded(datagram.Length);
        if (datagram.Length > MaxDatagram || destination.Length < length) { return 0; }

        if (!isStun)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination, channel);
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)datagram.Length);
            destination[(ChannelHeader + datagram.Length)..length].Clear();
        }

        datagram.CopyTo(isStun ? destination : destination[ChannelHeader..]);
        return length;
    }

    private static int Padded(int length) => (length + 3) & ~3;

    /// <summary>Whether a datagram is found again by its own length: otherwise it would cut the stream elsewhere.</summary>
    private static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= StunMessage.HeaderLength
        && MayBeStun(datagram)
        && datagram.Length % 4 == 0
        && StunMessage.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) == datagram.Length;

    /// <summary>Whether these bytes can be the beginning of a STUN message: RFC 8489 §5.</summary>
    private static bool MayBeStun(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && (bytes[0] & 0xC0) != 0) { return false; }

        ReadOnlySpan<byte> cookie = bytes.Length > CookieAt ? bytes[CookieAt..Math.Min(bytes.Length, CookieAt + Cookie.Length)] : [];
        return Cookie.StartsWith(cookie);
    }
}
