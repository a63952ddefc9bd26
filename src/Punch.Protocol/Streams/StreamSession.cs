using Punch.Protocol.Streams.Recovery;

namespace Punch.Protocol.Streams;

/// <summary>
/// Reliable streams over sealed frames, after RFC 9000 and RFC 9002, without a socket or a clock. The number of a packet is the counter of
/// its frame. There is no handshake and there are no connection ids: the hello, the keys and the path are there already. The streams
/// outlive a path: without one the session is suspended.
/// </summary>
internal sealed class StreamSession : IPacketFate
{
    /// <summary>The stream of a pipe.</summary>
    public const ulong PipeStream = 0;

    /// <summary>
    /// How often the end is told. Nobody acknowledges it. With all of them lost, the peer may not know that this side has everything.
    /// </summary>
    public const int Farewells = 3;

    // A peer that has everything may leave, and its last packets may be lost.
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(5);

    /// <summary>The bytes that a packet needs around its body.</summary>
    private readonly int _overhead;
    private readonly StreamTable _streams = new();
    private readonly ReceivedPackets _received = new();
    private readonly PacketRecovery _recovery;
    private readonly PacketAssembler _assembler;
    private readonly StreamUse _use;
    private Instant _heardAt;
    private bool _isPaced;
    private int _farewells;

    /// <summary>Begins a session. It is suspended until a path is there.</summary>
    /// <param name="use">What the streams are for.</param>
    /// <param name="overhead">The bytes of a datagram around a packet's body.</param>
    /// <param name="maxDatagram">The largest datagram to send, in bytes of UDP payload.</param>
    /// <param name="now">The current time.</param>
    public StreamSession(StreamUse use, int overhead, int maxDatagram, Instant now)
    {
        _use = use;
        _overhead = overhead;
        _recovery = new PacketRecovery(new NewReno(), maxDatagram, now);
        _recovery.Suspend();
        _assembler = new PacketAssembler(_streams, _received, new StreamSettings(use));
        if (use == StreamUse.Pipe) { _streams.Add(PipeStream); }
    }

    /// <summary>Where it stands.</summary>
    public StreamSessionState State { get; private set; } = StreamSessionState.Suspended;

    /// <summary>Why it was closed, and whether the peer did it.</summary>
    public (StreamError Error, bool IsByPeer) End { get; private set; }

    /// <summary>Whether every stream is over in both directions.</summary>
    public bool IsOver => _streams.IsOver;

    /// <summary>
    /// Whether this side may go: every stream is over, and the peer knows it or does not answer any more. It left then, as it may once it
    /// has everything.
    /// </summary>
    public bool MayGo(Instant now) => _streams.IsSettled || (_streams.IsOver && _heardAt + FarewellPatience <= now);

    /// <summary>The numbers of the path.</summary>
    public PacketRecovery Recovery => _recovery;

    /// <summary>When <see cref="Timeout"/> must be called; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            if (State != StreamSessionState.Open) { return null; }

            Instant? next = Instant.Earlier(_recovery.NextTimeout, _received.DueAt);
            if (_streams.IsOver) { next = Instant.Earlier(next, _heardAt + FarewellPatience); }

            return _isPaced ? Instant.Earlier(next, _recovery.NextSend) : next;
        }
    }

    /// <summary>The stream with a number; null if there is none.</summary>
    public DataStream? Find(ulong id) => _streams.Find(id);

    /// <summary>A path is there: the first one, or another one.</summary>
    /// <param name="isSameNetwork">Whether only a port changed, so that what is known of the path still holds.</param>
    /// <param name="roundTrip">The round trip of the path; null if it is not known.</param>
    /// <param name="now">The current time.</param>
    public void UsePath(bool isSameNetwork, TimeSpan? roundTrip, Instant now)
    {
        if (State is not (StreamSessionState.Open or StreamSessionState.Suspended)) { return; }

        State = StreamSessionState.Open;
        _recovery.Resume(isSameNetwork, this, now);
        if (roundTrip is { } time) { _recovery.NoteInitialRoundTrip(time); }
    }

    /// <summary>No path is there.</summary>
    public void LosePath()
    {
        if (State != StreamSessionState.Open) { return; }

        State = StreamSessionState.Suspended;
        _recovery.Suspend();
    }

    /// <summary>How many bytes of a stream the program may write now.</summary>
    public int RoomOf(DataStream stream)
    {
        // Twice the window: one under way, and one that waits for its acknowledgements.
        long most = Math.Clamp(2 * _recovery.Window, (long)FlowCredit.FirstOfStream, (long)FlowCredit.MostOfStream);
        return stream.Send.State == SendState.Send ? (int)Math.Max(0, most - stream.Send.Held) : 0;
    }

    /// <summary>Takes bytes of the program. Returns how many were taken.</summary>
    public int Write(DataStream stream, ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, RoomOf(stream));
        stream.Send.Write(bytes[..count]);
        _streams.Wake(stream);
        return count;
    }

    /// <summary>No more bytes of a stream follow.</summary>
    public void Finish(DataStream stream)
    {
        stream.Send.Finish();
        _streams.Wake(stream);
    }

    /// <summary>Gives a stream up: the peer learns that bytes are missing.</summary>
    public void Reset(DataStream stream, ulong code)
    {
        if (stream.Send.Reset(code)) { _streams.Ask(stream, ControlFrames.ResetStream); }
    }

    /// <summary>Takes bytes of a stream that were seen there.</summary>
    public void Take(DataStream stream, int count, Instant now)
    {
        stream.Receive.Take(count);
        _streams.NoteTaken((ulong)count);
        GiveCredit(stream, now);
    }

    /// <summary>The program has brought a stream's bytes up to here to where they belong.</summary>
    public void Consume(DataStream stream, ulong offset)
    {
        stream.Receive.NoteConsumed(offset);
        if (!stream.Receive.IsComplete || stream.TellsConsumed) { return; }

        stream.TellsConsumed = true;
        _streams.Ask(stream, ControlFrames.Consumed);
    }

    /// <summary>Wants no more of a stream.</summary>
    public void Refuse(DataStream stream, ulong code, Instant now)
    {
        ulong before = stream.Receive.Taken;
        stream.Receive.Stop();
        _streams.NoteTaken(stream.Receive.Taken - before);
        stream.StopCode = code;
        _streams.Ask(stream, ControlFrames.StopSending);
        GiveCredit(stream, now);
    }

    /// <summary>Ends the session. The next packets tell the peer, once there is a path for them.</summary>
    public void Close(StreamError error)
    {
        if (State is StreamSessionState.Closing or StreamSessionState.Closed) { return; }

        State = StreamSessionState.Closing;
        End = (error, IsByPeer: false);
    }

    /// <summary>Both sides have new keys, and count their frames from 0 again.</summary>
    public void NoteNewKeys(Instant now) => throw new NotImplementedException();

    /// <summary>Notes a sealed frame of the peer that is no packet: packets share their numbers with it.</summary>
    public void NoteFrame(ulong number, Instant now) => _received.Note(number, isEliciting: false, TimeSpan.Zero, now);

    /// <summary>Takes in a packet of the peer, any bytes. It never throws.</summary>
    /// <param name="number">The counter of its frame.</param>
    /// <param name="lastSent">The counter of the last frame that was sealed here.</param>
    /// <param name="body">The packet.</param>
    /// <param name="now">The current time.</param>
    public void Receive(ulong number, ulong lastSent, ReadOnlySpan<byte> body, Instant now)
    {
        if (State is StreamSessionState.Closing or StreamSessionState.Closed) { return; }

        Span<PacketRange> ranges = stackalloc PacketRange[ReceivedPackets.MaxRanges];
        _heardAt = now;
        var reader = new PacketReader(body, ranges);
        bool isEliciting = false;
        while (reader.TryRead(out PacketFrame frame))
        {
            isEliciting |= frame.Kind is not (FrameKind.Ack or FrameKind.Close);
            StreamError error = Take(frame, ranges, lastSent, now);
            if (error != StreamError.None) { Close(error); }

            if (State is StreamSessionState.Closing or StreamSessionState.Closed) { return; }
        }

        if (reader.IsBroken) { Close(StreamError.FrameEncoding); }

        _received.Note(number, isEliciting, _recovery.RoundTrip.Smoothed / 4, now);
    }

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now)
    {
        if (State == StreamSessionState.Open && _recovery.NextTimeout <= now) { _recovery.Timeout(this, now); }
    }

    /// <summary>Writes the next packet's body and notes it as sent. Returns its length; 0 if nothing may be sent now.</summary>
    /// <param name="number">The counter that its frame will have.</param>
    /// <param name="body">Room for it. A body shorter than the largest datagram's is filled at most.</param>
    /// <param name="now">The current time.</param>
    public int WritePacket(ulong number, Span<byte> body, Instant now)
    {
        if (State == StreamSessionState.Closing) { return WriteClose(body); }

        if (State != StreamSessionState.Open) { return 0; }

        int size = _recovery.MaxPacket;
        SendPermission permission = _recovery.MaySend(size, now);
        bool mayElicit = permission == SendPermission.Yes;
        _isPaced = permission == SendPermission.Paced && _assembler.HasWork;
        if (mayElicit && ProbeSize(now) is > 0 and int probe && probe - _overhead <= body.Length)
        {
            return WriteProbe(number, body[..(probe - _overhead)], now);
        }

        var writer = new PacketWriter(body[..Math.Min(body.Length, size - _overhead)]);
        bool isProbing = _recovery.ProbesDue > 0;
        if (!mayElicit || !(_assembler.HasWork || isProbing))
        {
            if (_received.IsDue(now)) { _assembler.WriteAck(ref writer, now); }

            return writer.Length;
        }

        PacketContent content = _assembler.Write(ref writer, now);
        if (!content.IsEliciting)
        {
            if (!isProbing) { return writer.Length; }

            writer.TryWrite(FrameKind.Ping, []);
        }

        NoteSent(number, writer.Length, _assembler.HasWork ? PacketTraits.None : PacketTraits.Limited, content, now);
        return writer.Length;
    }

    /// <inheritdoc/>
    void IPacketFate.Acknowledge(in SentPacket packet, Instant now)
    {
        PacketContent content = packet.Content;
        if (content.Acknowledged is { } upTo) { _received.Forget(upTo); }

        if (content.HasPiece && Find(content.Stream) is { } stream)
        {
            StreamPiece piece = content.Piece;
            stream.Send.Acknowledge(piece.Offset, piece.Length, piece.IsFin);
        }

        if (Find(content.ControlStream) is not { } controlled) { return; }

        controlled.Settled |= content.Controls;
        if (content.Controls.HasFlag(ControlFrames.ResetStream)) { controlled.Send.NoteResetAcknowledged(); }
    }

    /// <inheritdoc/>
    void IPacketFate.Lose(in SentPacket packet, Instant now)
    {
        PacketContent content = packet.Content;
        if (content.HasPiece && Find(content.Stream) is { } stream)
        {
            StreamPiece piece = content.Piece;
            stream.Send.Lose(piece.Offset, piece.Length, piece.IsFin);
            _streams.Wake(stream);
        }

        _assembler.Due |= content.Controls & (ControlFrames.Settings | ControlFrames.MaxData);
        ControlFrames ofStream = content.Controls & ~(ControlFrames.Settings | ControlFrames.MaxData);
        if (ofStream != ControlFrames.None && Find(content.ControlStream) is { } controlled) { _streams.Ask(controlled, ofStream); }
    }

    private StreamError Take(in PacketFrame frame, ReadOnlySpan<PacketRange> ranges, ulong lastSent, Instant now)
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
                _streams.Allow(frame.Value);
                return StreamError.None;
            case FrameKind.Close:
                State = StreamSessionState.Closed;
                End = ((StreamError)frame.Code, IsByPeer: true);
                if (End.Error == StreamError.None) { _streams.NoteAllConsumed(); }

                return StreamError.None;
            default:
                return Find(frame.Stream) is { } stream ? TakeForStream(frame, stream, now) : StreamError.StreamState;
        }
    }

    private StreamError TakeForStream(in PacketFrame frame, DataStream stream, Instant now)
    {
        switch (frame.Kind)
        {
            case FrameKind.Stream:
                return TakeBytes(frame, stream, now);
            case FrameKind.ResetStream:
                ulong dropped = stream.Receive.Taken;
                StreamError error = stream.Receive.Reset(frame.Code, frame.Value, out ulong growth);
                if (error != StreamError.None) { return error; }

                // Bytes that never reach the program make room for others, too.
                if (stream.Receive.State == ReceiveState.ResetReceived) { _streams.NoteTaken(frame.Value - dropped); }

                return _streams.TryNoteArrived(growth) ? StreamError.None : StreamError.FlowControl;
            case FrameKind.StopSending:
                Reset(stream, frame.Code);
                return StreamError.None;
            case FrameKind.MaxStreamData:
                stream.Send.Allow(frame.Value);
                _streams.Wake(stream);
                return StreamError.None;
            case FrameKind.Consumed:
                return stream.Send.NoteConsumed(frame.Value) ? StreamError.None : StreamError.ProtocolViolation;
            default:
                return StreamError.ProtocolViolation;
        }
    }

    private StreamError TakeBytes(in PacketFrame frame, DataStream stream, Instant now)
    {
        ulong before = stream.Receive.Taken;
        StreamError error = stream.Receive.Receive(frame.Value, frame.Data, frame.IsFin, out ulong growth);
        if (error != StreamError.None) { return error; }

        if (!_streams.TryNoteArrived(growth)) { return StreamError.FlowControl; }

        if (frame.IsFin) { _received.Hurry(); }

        // A stream that the program refused takes its bytes by itself.
        if (stream.Receive.Taken == before) { return StreamError.None; }

        _streams.NoteTaken(stream.Receive.Taken - before);
        GiveCredit(stream, now);
        return StreamError.None;
    }

    private StreamError TakeAck(in PacketFrame frame, ReadOnlySpan<PacketRange> ranges, ulong lastSent, Instant now)
    {
        long most = TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        var delay = TimeSpan.FromTicks((long)Math.Min(frame.Value, (ulong)most) * TimeSpan.TicksPerMicrosecond);
        return _recovery.TryAcknowledge(ranges, delay, lastSent, this, now) ? StreamError.None : StreamError.ProtocolViolation;
    }

    private StreamError TakeSettings(ReadOnlySpan<byte> pairs)
    {
        if (!StreamSettings.TryRead(pairs, out StreamSettings settings)) { return StreamError.FrameEncoding; }

        return settings.Use == _use ? StreamError.None : StreamError.NoMatch;
    }

    private void GiveCredit(DataStream stream, Instant now)
    {
        TimeSpan roundTrip = _recovery.RoundTrip.Smoothed;
        bool isEndKnown = stream.Receive.State != ReceiveState.Receive;
        if (!isEndKnown && stream.Receive.Credit.IsRaiseDue(stream.Receive.Taken))
        {
            stream.Receive.Credit.Raise(stream.Receive.Taken, roundTrip, now);
            _streams.Ask(stream, ControlFrames.MaxStreamData);
        }

        if (!_streams.Credit.IsRaiseDue(_streams.Taken)) { return; }

        _streams.Credit.Raise(_streams.Taken, roundTrip, now);
        _assembler.Due |= ControlFrames.MaxData;
    }

    // The first bytes of the program go before any probe of a larger size.
    private int ProbeSize(Instant now) => _recovery.RoundTrip.HasAny && _recovery.ProbesDue == 0 ? _recovery.Mtu.ProbeSize(now) : 0;

    private int WriteProbe(ulong number, Span<byte> body, Instant now)
    {
        var writer = new PacketWriter(body);
        writer.TryWrite(FrameKind.Ping, []);
        writer.Pad(body.Length);
        NoteSent(number, body.Length, PacketTraits.MtuProbe, default, now);
        return body.Length;
    }

    private int WriteClose(Span<byte> body)
    {
        var writer = new PacketWriter(body);
        writer.TryWrite(FrameKind.Close, [(ulong)End.Error], default);
        if (++_farewells == Farewells) { State = StreamSessionState.Closed; }

        return writer.Length;
    }

    private void NoteSent(ulong number, int length, PacketTraits traits, in PacketContent content, Instant now) =>
        _recovery.NoteSent(new SentPacket(number, now, length + _overhead, traits | PacketTraits.AckEliciting, content), now);
}
