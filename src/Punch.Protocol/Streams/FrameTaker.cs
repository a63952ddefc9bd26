using Punch.Protocol.Streams.Recovery;

namespace Punch.Protocol.Streams;

/// <summary>Takes in the frames of the peer's packets, and says which rule a frame breaks: RFC 9000 §19.</summary>
/// <param name="streams">The streams.</param>
/// <param name="flows">Takes the datagrams.</param>
/// <param name="recovery">Takes the acknowledgements.</param>
/// <param name="fates">Hears of the packets that they acknowledge.</param>
/// <param name="use">What the streams are for. The peer must want what fits it.</param>
internal sealed class FrameTaker(
    StreamTable streams, FlowQueue flows, PacketRecovery recovery, PacketFates fates, StreamUse use)
{
    // A longer delay is not believed anyway, and a span of time has a bound.
    private const ulong MostMicroseconds = 1_000_000;

    /// <summary>Takes a frame, but for the end of the session. Returns the rule that it breaks, or none.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="ranges">What it acknowledges, the newest range first.</param>
    /// <param name="lastSent">The counter of the last frame that was sealed here.</param>
    /// <param name="now">The current time.</param>
    public StreamError Take(in PacketFrame frame, ReadOnlySpan<PacketRange> ranges, ulong lastSent, Instant now)
    {
        switch (frame.Kind)
        {
            case FrameKind.Ping:
                return StreamError.None;
            case FrameKind.Ack:
                return TakeAck(frame, ranges[..frame.Ranges], lastSent, now);
            case FrameKind.Settings:
                return TakeSettings(frame.Data);
            case FrameKind.MaxData:
                streams.Allow(frame.Value);
                return StreamError.None;
            case FrameKind.MaxStreams:
                streams.Limits.Allow(frame.Value);
                return StreamError.None;
            case FrameKind.Datagram:
                flows.TryAdd(frame.Stream, frame.Data, now);
                return StreamError.None;
            default:
                return TakeForStream(frame, now);
        }
    }

    private StreamError TakeForStream(in PacketFrame frame, Instant now)
    {
        if (!streams.TryReach(frame.Stream, out DataStream? stream)) { return StreamError.StreamLimit; }

        // A late frame for a stream that is over.
        if (stream is null) { return StreamError.None; }

        StreamError error = TakeForStream(frame, stream, now);
        streams.Retire(stream, now);
        return error;
    }

    private StreamError TakeForStream(in PacketFrame frame, DataStream stream, Instant now)
    {
        switch (frame.Kind)
        {
            case FrameKind.Stream or FrameKind.ResetStream:
                return TakeIncoming(frame, stream, now);
            case FrameKind.StopSending:
                if (stream.Send.Reset(frame.Code)) { streams.Ask(stream, ControlFrames.ResetStream); }

                return StreamError.None;
            case FrameKind.MaxStreamData:
                stream.Send.Allow(frame.Value);
                streams.Wake(stream);
                return StreamError.None;
            case FrameKind.Consumed:
                return stream.Send.NoteConsumed(frame.Value) ? StreamError.None : StreamError.ProtocolViolation;
            default:
                return StreamError.ProtocolViolation;
        }
    }

    private StreamError TakeIncoming(in PacketFrame frame, DataStream stream, Instant now)
    {
        ulong before = stream.Receive.Released;
        StreamError error = frame.Kind == FrameKind.Stream
            ? stream.Receive.Receive(frame.Value, frame.Data, frame.IsFin, out ulong growth)
            : stream.Receive.Reset(frame.Code, frame.Value, out growth);
        if (error != StreamError.None) { return error; }

        if (!streams.TryNoteArrived(growth)) { return StreamError.FlowControl; }

        // Bytes that never reach the program make room for others, too.
        streams.GiveCredit(stream, before, recovery.RoundTrip.Smoothed, now);
        return StreamError.None;
    }

    private StreamError TakeAck(in PacketFrame frame, ReadOnlySpan<PacketRange> ranges, ulong lastSent, Instant now)
    {
        var delay = TimeSpan.FromMicroseconds((long)Math.Min(frame.Value, MostMicroseconds));
        return recovery.TryAcknowledge(ranges, delay, lastSent, fates, now) ? StreamError.None : StreamError.ProtocolViolation;
    }

    private StreamError TakeSettings(ReadOnlySpan<byte> pairs)
    {
        if (!StreamSettings.TryRead(pairs, out StreamSettings settings)) { return StreamError.FrameEncoding; }

        return settings.Use == use.Opposite() ? StreamError.None : StreamError.NoMatch;
    }
}
