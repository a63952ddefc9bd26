using System.Buffers.Binary;

namespace Punch.Protocol.Turn;

/// <summary>
/// Data of one peer with a header of four bytes (RFC 8656 §12.4): the first byte is 0x40 to 0x4F, so it is neither a STUN message nor a
/// sealed frame. The padding of a stream is not part of it.
/// </summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |        channel number         |            length             |
/// +-------------------------------+-------------------------------+
/// |  data ...                                                     |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
internal static class ChannelData
{
    /// <summary>The first number that a channel may have: RFC 8656 §12.</summary>
    public const ushort FirstNumber = 0x4000;

    /// <summary>The last number that a channel may have.</summary>
    public const ushort LastNumber = 0x4FFF;

    // number(2) + length(2)
    private const int HeaderLength = 4;

    /// <summary>Whether a datagram begins like such a message.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> datagram) => datagram.Length >= HeaderLength && (datagram[0] & 0xF0) == 0x40;

    /// <summary>Reads a message. Over UDP it may have padding (RFC 8656 §12.5).</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="channel">The channel number.</param>
    /// <param name="data">Where the data is in the datagram.</param>
    /// <returns>False, with nothing read, if it is another message or too short.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out ushort channel, out Range data)
    {
        (channel, data) = (0, default);
        if (!IsLikely(datagram)) { return false; }

        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length > datagram.Length - HeaderLength) { return false; }

        channel = BinaryPrimitives.ReadUInt16BigEndian(datagram);
        data = HeaderLength..(HeaderLength + length);
        return true;
    }

    /// <summary>Puts the header before the data, which is at the start of the buffer.</summary>
    /// <param name="buffer">The data, then room.</param>
    /// <param name="length">The length of the data in bytes.</param>
    /// <param name="channel">The channel number.</param>
    /// <returns>The length of the message; 0, with nothing changed, if there is no room.</returns>
    public static int Wrap(Span<byte> buffer, int length, ushort channel)
    {
        if (length > ushort.MaxValue || length > buffer.Length - HeaderLength) { return 0; }

        buffer[..length].CopyTo(buffer[HeaderLength..]);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, channel);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)length);
        return HeaderLength + length;
    }
}
