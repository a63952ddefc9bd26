using Punch.Protocol.Streams.Recovery;

namespace Punch.Protocol.Streams;

/// <summary>Tells the streams what became of their packets: RFC 9000 §13.3.</summary>
/// <param name="streams">The streams.</param>
/// <param name="received">What came: the peer knows its acknowledgement once a packet with it came.</param>
internal sealed class PacketFates(StreamTable streams, ReceivedPackets received) : IPacketFate
{
    private const ControlFrames OfSession = ControlFrames.Settings | ControlFrames.MaxData | ControlFrames.MaxStreams;

    /// <inheritdoc/>
    public void Acknowledge(in SentPacket packet, Instant now)
    {
        PacketContent content = packet.Content;
        if (content.Acknowledged is { } upTo) { received.Forget(upTo); }

        if (content.HasPiece && streams.Find(content.Stream) is { } stream)
        {
            StreamPiece piece = content.Piece;
            stream.Send.Acknowledge(piece.Offset, piece.Length, piece.IsFin);
            streams.Retire(stream, now);
        }

        ControlFrames ofStream = content.Controls & ~OfSession;
        if (ofStream == ControlFrames.None || streams.Find(content.ControlStream) is not { } controlled) { return; }

        controlled.Settled |= ofStream;
        if ((ofStream & ControlFrames.ResetStream) != 0) { controlled.Send.NoteResetAcknowledged(); }

        streams.Retire(controlled, now);
    }

    /// <inheritdoc/>
    public void Lose(in SentPacket packet, Instant now) => Repeat(packet.Content);

    /// <summary>Has a packet's content sent once more.</summary>
    public void Repeat(in PacketContent content)
    {
        if (content.HasPiece && streams.Find(content.Stream) is { } stream)
        {
            StreamPiece piece = content.Piece;
            stream.Send.Lose(piece.Offset, piece.Length, piece.IsFin);
            streams.Wake(stream);
        }

        streams.Due |= content.Controls & OfSession;
        ControlFrames ofStream = content.Controls & ~OfSession;
        if (ofStream != ControlFrames.None && streams.Find(content.ControlStream) is { } controlled) { streams.Ask(controlled, ofStream); }
    }
}
