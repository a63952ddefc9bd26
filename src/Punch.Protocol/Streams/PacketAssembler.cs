namespace Punch.Protocol.Streams;

/// <summary>Puts frames into a packet: acknowledgements and state first, then repairs, then new bytes.</summary>
/// <param name="streams">The streams.</param>
/// <param name="received">What came.</param>
/// <param name="settings">What this side says of itself.</param>
internal sealed class PacketAssembler(StreamTable streams, ReceivedPackets received, StreamSettings settings)
{
    // A piece shorter than this is not worth a frame of its own behind other frames, unless it is all there is.
    private const int ShortestPiece = 64;

    /// <summary>The frames of state of the whole session that have to be sent.</summary>
    public ControlFrames Due { get; set; } = settings.Use == StreamUse.Unknown ? ControlFrames.None : ControlFrames.Settings;

    /// <summary>Whether anything but an acknowledgement waits.</summary>
    public bool HasWork => Due != ControlFrames.None || streams.HasControls || streams.HasWork();

    /// <summary>Writes what waits. The caller knows that it may go.</summary>
    public PacketContent Write(ref PacketWriter writer, Instant now)
    {
        var content = new PacketContent { Acknowledged = WriteAck(ref writer, now), Controls = WriteState(ref writer) };
        content = WriteStreamState(ref writer, content);
        int room = writer.Room - PacketWriter.MaxStreamHeader;
        if (room < ShortestPiece || !streams.HasWork()) { return content; }

        StreamPiece piece = streams.Take(room, out DataStream stream);
        writer.WriteStreamHead(stream.Id, piece.Offset, piece.Length, piece.IsFin, isLast: true);
        stream.Send.Read(piece.Offset, writer.Take(piece.Length));
        return content with { HasPiece = true, Stream = stream.Id, Piece = piece };
    }

    /// <summary>Writes an acknowledgement. Returns the largest number in it; null if there was nothing to write, or no room.</summary>
    public ulong? WriteAck(ref PacketWriter writer, Instant now) => received.Write(ref writer, now);

    private ControlFrames WriteState(ref PacketWriter writer)
    {
        ControlFrames written = ControlFrames.None;
        if (Due.HasFlag(ControlFrames.Settings))
        {
            Span<byte> pairs = stackalloc byte[StreamSettings.MaxLength];
            if (writer.TryWrite(FrameKind.Settings, [], pairs[..settings.Write(pairs)])) { written |= ControlFrames.Settings; }
        }

        bool isLimitWritten = Due.HasFlag(ControlFrames.MaxData) && writer.TryWrite(FrameKind.MaxData, [streams.Credit.Limit]);
        if (isLimitWritten) { written |= ControlFrames.MaxData; }

        Due &= ~written;
        return written;
    }

    // One stream a packet: so the packet's content has a fixed size.
    private PacketContent WriteStreamState(ref PacketWriter writer, in PacketContent content)
    {
        if (!streams.HasControls) { return content; }

        DataStream stream = streams.PeekControls();
        ControlFrames due = stream.Due;
        bool isWritten = true;
        if (due.HasFlag(ControlFrames.MaxStreamData))
        {
            isWritten &= writer.TryWrite(FrameKind.MaxStreamData, [stream.Id, stream.Receive.Credit.Limit]);
        }

        if (due.HasFlag(ControlFrames.ResetStream))
        {
            isWritten &= writer.TryWrite(FrameKind.ResetStream, [stream.Id, stream.Send.ResetCode, stream.Send.Sent]);
        }

        if (due.HasFlag(ControlFrames.StopSending)) { isWritten &= writer.TryWrite(FrameKind.StopSending, [stream.Id, stream.StopCode]); }

        if (due.HasFlag(ControlFrames.Consumed)) { isWritten &= writer.TryWrite(FrameKind.Consumed, [stream.Id, stream.Receive.Consumed]); }

        if (!isWritten) { return content; }

        streams.TakeControls();
        return content with { Controls = content.Controls | due, ControlStream = stream.Id };
    }
}
