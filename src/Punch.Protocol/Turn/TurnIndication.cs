using Punch.Protocol.Stun;

namespace Punch.Protocol.Turn;

/// <summary>Data of a peer in a STUN message: Send to the server, Data from it (RFC 8656 §11).</summary>
/// <remarks>
/// <code>
/// STUN indication, method 0x006 (Send) or 0x007 (Data)
///   XOR-PEER-ADDRESS  the peer
///   DATA              one datagram
/// </code>
/// </remarks>
internal static class TurnIndication
{
    // The peer's address first, so that the data is last and has its place before anything is written.
    private static int DataOffset(in TransportAddress peer) =>
        StunMessage.HeaderLength + StunAddress.AttributeLength(peer.Host) + StunAttribute.HeaderLength;

    /// <summary>Reads a Data indication.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="peer">Where the data came from, as the server sees it.</param>
    /// <param name="data">The data, a part of the datagram.</param>
    /// <returns>False if it is another message, or carries an ICMP error (RFC 8656 §18.13) and no data.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out TransportAddress peer, out ReadOnlySpan<byte> data)
    {
        peer = default;
        data = default;
        return StunMessage.Parse(datagram, out StunMessage message) == StunParseError.None
            && message is { Method: StunMethod.Data, Class: StunClass.Indication }
            && (!message.HasFingerprint || message.HasValidFingerprint())
            && message.TryGetValue(StunAttributeType.Data, out data)
            && message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out peer);
    }

    /// <summary>Makes a Send indication of the data, which is at the start of the buffer.</summary>
    /// <param name="buffer">The data, then room.</param>
    /// <param name="length">The length of the data in bytes.</param>
    /// <param name="peer">Where the server is to send it.</param>
    /// <param name="id">96 random bits.</param>
    /// <returns>The length of the message; 0, with nothing changed, if there is no room.</returns>
    public static int Wrap(Span<byte> buffer, int length, in TransportAddress peer, TransactionId id)
    {
        int offset = DataOffset(peer);
        int whole = offset + StunAttribute.PaddedLength(length);
        if (length > ushort.MaxValue || whole > buffer.Length || whole > StunMessage.MaxLength) { return 0; }

        Span<byte> data = buffer.Slice(offset, length);
        buffer[..length].CopyTo(data);
        bool isWritten = StunWriter.TryCreate(buffer[..whole], StunMethod.Send, StunClass.Indication, id, out StunWriter writer)
            && writer.TryWriteXorAddress(StunAttributeType.XorPeerAddress, peer)
            && writer.TryWrite(StunAttributeType.Data, data);
        return isWritten ? writer.Length : 0;
    }
}
