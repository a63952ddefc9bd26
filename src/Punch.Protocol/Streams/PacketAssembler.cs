namespace Punch.Protocol.Streams;

/// <summary>Puts frames into a packet: acknowledgements and state first, then repairs, then new bytes.</summary>
/// <param name="streams">The streams.</param>
/// <param name="flows">Datagrams that wait.</param>
/// <param name="received">What came.</param>
/// <param name="settings">What this side says of itself.</param>
internal sealed class PacketAssembler(StreamTable streams, FlowQueue flows, ReceivedPackets received, StreamSettings settings)
{
    // Less room than this behind other frames is not worth a frame of its own.
    private const int LeastRoom = 64;

    // Packets go to datagrams and to streams in turn, where both wait.
    private bool _isStreamsTurn;

    /// <summary>Whether anything but an acknowledgement waits.</summary>
    public bool HasWork => streams.Due != ControlFrames.None || streams.HasControls || flows.HasAny || streams.HasWork();

    /// <summary>Writes what waits. The caller knows that it may go.</summary>
    public PacketContent Write(ref PacketWriter writer, Instant now)
    {
        ulong? acknowledged = received.HasNews ? WriteAck(ref writer, now) : null;
        var content = new PacketContent { Acknowledged = acknowledged, Controls = WriteState(ref writer) };
        content = WriteStreamState(ref writer, content) with { HasDatagrams = WriteDatagrams(ref writer, now) };
        if (writer.Room < LeastRoom || !streams.HasWork()) { return content; }

        StreamPiece piece = streams.Take(writer.Room, out DataStream stream);
        writer.WriteStreamHead(stream.Id, piece.Offset, piece.IsFin);
        stream.Send.Read(piece.Offset, writer.Take(piece.Length));
        return content with { HasPiece = true, Stream = stream.Id, Piece = piece };
    }

    /// <summary>Writes an acknowledgement. Returns the largest number in it; null if there was nothing to write, or no room.</summary>
    public ulong? WriteAck(ref PacketWriter writer, Instant now) => received.Write(ref writer, now);

    private bool WriteDatagrams(ref PacketWriter writer, Instant now)
    {
        _isStreamsTurn = !_isStreamsTurn && flows.HasAny && streams.HasWork();
        bool isWritten = false;
        while (!_isStreamsTurn && flows.TryPeek(now, out ulong flow, out int length))
        {
            bool fits = PacketWriter.DatagramLength(flow, length) <= writer.Room;
            if (!fits && writer.Length > 0) { return isWritten; }

            // The path has become smaller in between.
            if (!fits)
            {
                flows.Drop();
                continue;
            }

            writer.WriteDatagramHead(flow, length);
            flows.Take(writer.Take(length));
            isWritten = true;
        }

        return isWritten;
    }

    private ControlFrames WriteState(ref PacketWriter writer)
    {
        ControlFrames written = ControlFrames.None;
        if (Has(streams.Due, ControlFrames.Settings))
        {
            Span<byte> pairs = stackalloc byte[StreamSettings.MaxLength];
            if (writer.TryWrite(FrameKind.Settings, [], pairs[..settings.Write(pairs)])) { written |= ControlFrames.Settings; }
        }

        bool isLimitWritten = Has(streams.Due, ControlFrames.MaxData) && writer.TryWrite(FrameKind.MaxData, [streams.Credit.Limit]);
        if (isLimitWritten) { written |= ControlFrames.MaxData; }

        bool isCountWritten = Has(streams.Due, ControlFrames.MaxStreams)
            && writer.TryWrite(FrameKind.MaxStreams, [streams.Limits.PeerLimit]);
        if (isCountWritten) { written |= ControlFrames.MaxStreams; }

        streams.Due &= ~written;
        return written;
    }

    // One stream a packet: so the packet's content has a fixed size.
    private PacketContent WriteStreamState(ref PacketWriter writer, in PacketContent content)
    {
        if (!streams.HasControls) { return content; }

        DataStream stream = streams.PeekControls();
        ControlFrames due = stream.Due;
        bool isWritten = true;
        if (Has(due, ControlFrames.MaxStreamData))
        {
            isWritten &= writer.TryWrite(FrameKind.MaxStreamData, [stream.Id, stream.Receive.Credit.Limit]);
        }

        if (Has(due, ControlFrames.ResetStream))
        {
            isWritten &= writer.TryWrite(FrameKind.ResetStream, [stream.Id, stream.Send.ResetCode, stream.Send.Sent]);
        }

        if (Has(due, ControlFrames.StopSending)) { isWritten &= writer.TryWrite(FrameKind.StopSending, [stream.Id, stream.StopCode]); }

        if (Has(due, ControlFrames.Consumed)) { isWritten &= writer.TryWrite(FrameKind.Consumed, [stream.Id, stream.Receive.Consumed]); }

        if (!isWritten) { return content; }

        streams.TakeControls();
        return content with { Controls = content.Controls | due, ControlStream = stream.Id };
    }

    // HasFlag makes objects in code that is not optimized.
    private static bool Has(ControlFrames frames, ControlFrames frame) => (frames & frame) != 0;
}
