using System.Diagnostics.CodeAnalysis;
using Punch.Protocol.Streams.Recovery;

namespace Punch.Protocol.Streams;

/// <summary>
/// Reliable streams over sealed frames, after RFC 9000 and RFC 9002, without a socket or a clock. The number of a packet is the counter of
/// its frame. There is no handshake and there are no connection ids: the hello, the keys and the path are there already. The streams
/// outlive a path: without one the session is suspended.
/// </summary>
internal sealed class StreamSession
{
    /// <summary>The stream that is open from the beginning, where there is one.</summary>
    public const ulong FirstStream = 0;

    /// <summary>
    /// How often the end is told. Nobody acknowledges it. With all of them lost, the peer may not know that this side has everything.
    /// </summary>
    public const int Farewells = 3;

    // As many as there are probes after a timeout.
    private const int ProbeContents = 2;

    // A peer that has everything may leave, and its last packets may be lost. Over a long way a few of them must have had their chance.
    private const int FarewellTimeouts = 8;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(15);

    // A datagram that waits longer is of no use to anybody.
    private static readonly TimeSpan LongestQueued = TimeSpan.FromMilliseconds(100);

    // The path may come back, and the peer then learns that all is done.
    private static readonly TimeSpan SuspendedPatience = TimeSpan.FromSeconds(30);

    /// <summary>The bytes that a packet needs around its body.</summary>
    private readonly int _overhead;
    private readonly StreamTable _streams = new();
    private readonly FlowQueue _outgoing = new(LongestQueued);
    private readonly FlowQueue _incoming = new(LongestQueued);
    private readonly ReceivedPackets _received = new();
    private readonly PacketRecovery _recovery;
    private readonly PacketAssembler _assembler;
    private readonly PacketFates _fates;
    private readonly FrameTaker _taker;
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
        _heardAt = now;
        _overhead = overhead;
        _recovery = new PacketRecovery(new Cubic(), maxDatagram, now);
        _recovery.Suspend();
        _assembler = new PacketAssembler(_streams, _outgoing, _received, new StreamSettings(use));
        _fates = new PacketFates(_streams, _received);
        _taker = new FrameTaker(_streams, _incoming, _recovery, _fates, use);
        if (use.HasFirst()) { _streams.AddFirst(FirstStream); }

        // A side without streams says nothing of itself, but hears what the peer wants.
        if (use != StreamUse.Unknown) { _streams.Due = ControlFrames.Settings; }
    }

    /// <summary>Where it stands.</summary>
    public StreamSessionState State { get; private set; } = StreamSessionState.Suspended;

    /// <summary>Why it was closed, and whether the peer did it.</summary>
    public (StreamError Error, bool IsByPeer) End { get; private set; }

    /// <summary>
    /// Whether the first stream is over in both directions. A session without one lasts until it is closed.
    /// </summary>
    public bool IsOver => _streams.First is { IsOver: true };

    /// <summary>
    /// Whether this side may go: the first stream is over, and the peer knows it or does not answer any more. A peer that has everything
    /// may leave.
    /// </summary>
    public bool MayGo(Instant now) => _streams.First is { IsSettled: true } || GivesUpAt <= now;

    /// <summary>What the streams carried.</summary>
    public StreamVolumes Volumes => _streams.Volumes;

    /// <summary>The state of the path.</summary>
    public StreamFlow Flow => new(
        _recovery.RoundTrip.Smoothed, _recovery.RoundTrip.Shortest, _recovery.Window, _recovery.BytesInFlight,
        _recovery.Statistics.PacketsLost, _recovery.Statistics.Spurious, _recovery.Mtu.Current, _recovery.Statistics.BytesAcknowledged);

    /// <summary>The numbers of the path.</summary>
    public PacketRecovery Recovery => _recovery;

    /// <summary>When <see cref="Timeout"/> must be called; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            if (State == StreamSessionState.Suspended) { return GivesUpAt; }

            if (State != StreamSessionState.Open) { return null; }

            Instant? next = Instant.Earlier(Instant.Earlier(_recovery.NextTimeout, _received.DueAt), GivesUpAt);
            return _isPaced ? Instant.Earlier(next, _recovery.NextSend) : next;
        }
    }

    // When this side goes without a word of the peer; null while streams are open.
    private Instant? GivesUpAt => !IsOver ? null
        : _heardAt + (State == StreamSessionState.Suspended ? SuspendedPatience : OpenPatience);

    private TimeSpan OpenPatience =>
        TimeSpan.FromTicks(Math.Max(LeastPatience.Ticks, _recovery.RoundTrip.Pto.Ticks * FarewellTimeouts));

    /// <summary>The stream with a number; null if there is none.</summary>
    public DataStream? Find(ulong id) => _streams.Find(id);

    /// <summary>Whether no stream was opened yet, but for the first one.</summary>
    public bool IsUnused => _streams.Limits.IsUnused;

    /// <summary>Decides whose streams have which numbers.</summary>
    /// <param name="isClient">Whether this side is the low party.</param>
    public void Assign(bool isClient) => _streams.Limits.Assign(isClient);

    /// <summary>Opens a stream; null if the peer allows no more now. The peer hears of it with its first bytes.</summary>
    public DataStream? TryOpen() => State == StreamSessionState.Open ? _streams.TryOpen() : null;

    /// <summary>Takes a stream that the peer has opened; false if there is none.</summary>
    public bool TryAccept([NotNullWhen(true)] out DataStream? stream) => _streams.TryAccept(out stream);

    /// <summary>The longest datagram of a flow that one packet holds now, in bytes.</summary>
    public int MaxDatagram(ulong flow) => _recovery.MaxPacket - _overhead - PacketWriter.DatagramLength(flow, 0) - 1;

    /// <summary>Sends a datagram of a flow once. False if there is no room for it, or it is too long.</summary>
    public bool TrySend(ulong flow, ReadOnlySpan<byte> datagram, Instant now) =>
        datagram.Length <= MaxDatagram(flow) && _outgoing.TryAdd(flow, datagram, now);

    /// <summary>The oldest datagram of a flow that came; false if there is none. <see cref="TakeDatagram"/> takes it.</summary>
    public bool TryPeekDatagram(Instant now, out ulong flow, out int length) => _incoming.TryPeek(now, out flow, out length);

    /// <summary>Takes that datagram.</summary>
    /// <param name="destination">Room for exactly its bytes.</param>
    public void TakeDatagram(Span<byte> destination) => _incoming.Take(destination);

    /// <summary>A path is there: the first one, or another one.</summary>
    /// <param name="isSameNetwork">Whether only a port changed, so that what is known of the path still holds.</param>
    /// <param name="roundTrip">The round trip of the path; null if it is not known.</param>
    /// <param name="now">The current time.</param>
    public void UsePath(bool isSameNetwork, TimeSpan? roundTrip, Instant now)
    {
        if (State is not (StreamSessionState.Open or StreamSessionState.Suspended)) { return; }

        if (State == StreamSessionState.Suspended) { _heardAt = now; }

        State = StreamSessionState.Open;
        _recovery.Resume(isSameNetwork, _fates, now);
        RepeatOldest();
        if (roundTrip is { } time) { _recovery.NoteInitialRoundTrip(time, now); }
    }

    /// <summary>No path is there.</summary>
    public void LosePath()
    {
        // Then nobody hears the farewell.
        if (State == StreamSessionState.Closing) { State = StreamSessionState.Closed; }

        if (State != StreamSessionState.Open) { return; }

        State = StreamSessionState.Suspended;
        _recovery.Suspend();
    }

    /// <summary>How many bytes of a stream the program may write now.</summary>
    public int RoomOf(DataStream stream)
    {
        // Twice the window: one under way, and one that waits for its acknowledgements.
        long most = Math.Min(2 * _recovery.Window - _streams.Held, (long)FlowCredit.MostOfStream - stream.Send.Held);
        long room = Math.Max(most, (long)FlowCredit.FirstOfStream - stream.Send.Held);
        return stream.Send.State == SendState.Send ? (int)Math.Max(0, room) : 0;
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
        ulong before = stream.Receive.Released;
        stream.Receive.Take(count);
        _streams.GiveCredit(stream, before, _recovery.RoundTrip.Smoothed, now);
    }

    /// <summary>The program has brought a stream's bytes up to here to where they belong.</summary>
    public void Consume(DataStream stream, ulong offset)
    {
        stream.Receive.NoteConsumed(offset);
        if (!stream.Receive.IsComplete || stream.TellsConsumed) { return; }

        stream.TellsConsumed = true;
        _streams.Ask(stream, ControlFrames.Consumed);
    }

    /// <summary>Wants no more of a stream. If the program has all of it already, that is too late.</summary>
    public void Refuse(DataStream stream, ulong code, Instant now)
    {
        ulong before = stream.Receive.Released;
        if (!stream.Receive.Stop()) { return; }

        stream.StopCode = code;
        _streams.Ask(stream, ControlFrames.StopSending);
        _streams.GiveCredit(stream, before, _recovery.RoundTrip.Smoothed, now);
    }

    /// <summary>Ends the session. The next packets tell the peer, once there is a path for them.</summary>
    public void Close(StreamError error)
    {
        if (State is StreamSessionState.Closing or StreamSessionState.Closed) { return; }

        // With everything done, no path is waited for.
        bool isLast = State == StreamSessionState.Suspended && IsOver;
        State = isLast ? StreamSessionState.Closed : StreamSessionState.Closing;
        End = (error, IsByPeer: false);
    }

    /// <summary>Both sides have new keys, and count their frames from 0 again. What was under way cannot be opened any more.</summary>
    public void NoteNewKeys(Instant now)
    {
        if (State is StreamSessionState.Closing or StreamSessionState.Closed) { return; }

        _received.Clear();
        _recovery.Renumber(_fates, now);
    }

    /// <summary>Notes a sealed frame of the peer that is no packet: packets share their numbers with it.</summary>
    public void NoteFrame(ulong number, Instant now) => _received.Note(number, AckNeed.None, TimeSpan.Zero, now);

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
        AckNeed need = AckNeed.None;
        while (reader.TryRead(out PacketFrame frame))
        {
            if (frame.Kind == FrameKind.Close)
            {
                TakeClose(frame.Code);
                return;
            }

            StreamError error = _taker.Take(frame, ranges, lastSent, now);
            if (error != StreamError.None)
            {
                Close(error);
                return;
            }

            if (frame.IsFin) { need = AckNeed.AtOnce; }
            else if (frame.Kind != FrameKind.Ack && need == AckNeed.None) { need = AckNeed.Soon; }
        }

        if (reader.IsBroken) { Close(StreamError.FrameEncoding); }

        _received.Note(number, need, _recovery.RoundTrip.Smoothed / 4, now);
    }

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now)
    {
        if (State != StreamSessionState.Open || !(_recovery.NextTimeout <= now)) { return; }

        _recovery.Timeout(_fates, now);
        RepeatOldest();
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
        if (mayElicit && _recovery.MtuProbeSize(now) is > 0 and int probe && probe - _overhead <= body.Length)
        {
            return WriteProbe(number, body[..(probe - _overhead)], now);
        }

        var writer = new PacketWriter(body[..Math.Min(body.Length, size - _overhead)]);
        bool isProbing = _recovery.ProbesDue > 0;
        if (!mayElicit || !(_assembler.HasWork || isProbing))
        {
            return _received.IsDue(now) ? WriteAck(ref writer, number, mayElicit, now) : 0;
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

    // RFC 9002 §6.2.4: a probe that repeats what may be lost saves the round trip in which its loss is found.
    private void RepeatOldest()
    {
        Span<PacketContent> oldest = stackalloc PacketContent[ProbeContents];
        int count = _recovery.ProbesDue > 0 ? _recovery.CopyOldest(oldest) : 0;
        foreach (ref readonly PacketContent content in oldest[..count]) { _fates.Repeat(content); }
    }

    private int WriteAck(ref PacketWriter writer, ulong number, bool mayElicit, Instant now)
    {
        bool asks = mayElicit && _received.WantsAnswer;
        var content = new PacketContent { Acknowledged = _assembler.WriteAck(ref writer, now) };
        if (asks && writer.TryWrite(FrameKind.Ping, [])) { NoteSent(number, writer.Length, PacketTraits.Limited, content, now); }

        return writer.Length;
    }

    private void TakeClose(ulong code)
    {
        State = StreamSessionState.Closed;
        End = ((StreamError)Math.Min(code, int.MaxValue), IsByPeer: true);
        if (End.Error == StreamError.None) { _streams.NoteAllConsumed(); }
    }

    private int WriteProbe(ulong number, Span<byte> body, Instant now)
    {
        var writer = new PacketWriter(body);
        writer.TryWrite(FrameKind.Ping, []);
        writer.Pad(body.Length);
        NoteSent(number, body.Length, PacketTraits.MtuProbe, default, now);
        return body.Length;
    }

    // The peer takes "none" as the word that every byte of it is where it belongs.
    private StreamError Told => End.Error == StreamError.None && !_streams.HasEverything ? StreamError.Left : End.Error;

    private int WriteClose(Span<byte> body)
    {
        var writer = new PacketWriter(body);
        writer.TryWrite(FrameKind.Close, [(ulong)Told], default);
        if (++_farewells == Farewells) { State = StreamSessionState.Closed; }

        return writer.Length;
    }

    private void NoteSent(ulong number, int length, PacketTraits traits, in PacketContent content, Instant now) =>
        _recovery.NoteSent(new SentPacket(number, now, length + _overhead, traits | PacketTraits.AckEliciting, content), now);
}
