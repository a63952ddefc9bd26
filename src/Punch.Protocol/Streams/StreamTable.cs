using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Streams;

/// <summary>The streams of a session, whose turn it is, and what all of them together may send: RFC 9000 §2.2, §2.3 and §4.1.</summary>
internal sealed class StreamTable
{
    private readonly Dictionary<ulong, DataStream> _streams = [];
    private readonly Queue<DataStream> _opened = new();

    // A stream that was idle goes before those that have sent: a keystroke waits for one packet of its busy neighbour.
    private readonly Queue<DataStream> _urgent = new();
    private readonly Queue<DataStream> _ready = new();
    private readonly Queue<DataStream> _controls = new();
    private ulong _limit = FlowCredit.FirstOfSession;
    private ulong _sent;
    private ulong _arrived;
    private ulong _released;
    private StreamVolumes _retired;

    /// <summary>The frames of state of the whole session that have to be sent.</summary>
    public ControlFrames Due { get; set; }

    /// <summary>The bytes of all streams that the peer may send.</summary>
    public FlowCredit Credit { get; } = new(FlowCredit.FirstOfSession, FlowCredit.MostOfSession);

    /// <summary>The bytes of all streams that may still be sent for the first time.</summary>
    public ulong SendCredit => _limit - _sent;

    /// <summary>Whether a stream has to send a frame of state.</summary>
    public bool HasControls => _controls.Count > 0;

    /// <summary>Which streams may be opened.</summary>
    public StreamLimits Limits { get; } = new();

    /// <summary>The stream that was open from the beginning; null if there is none.</summary>
    public DataStream? First { get; private set; }

    /// <summary>The bytes of all streams that are kept: written and not acknowledged.</summary>
    public long Held
    {
        get
        {
            long sum = 0;
            foreach (DataStream stream in _streams.Values) { sum += stream.Send.Held; }

            return sum;
        }
    }

    /// <summary>Whether the program here has every byte of every stream.</summary>
    public bool HasEverything
    {
        get
        {
            foreach (DataStream stream in _streams.Values)
            {
                if (!stream.Receive.IsComplete) { return false; }
            }

            return true;
        }
    }

    /// <summary>What all streams carried, those that are over included.</summary>
    public StreamVolumes Volumes
    {
        get
        {
            StreamVolumes sum = _retired;
            foreach (DataStream stream in _streams.Values) { sum += stream.Volumes; }

            return sum;
        }
    }

    /// <summary>The stream with a number; null if there is none.</summary>
    public DataStream? Find(ulong id) => _streams.GetValueOrDefault(id);

    /// <summary>Opens the stream that is there from the beginning, and that stays to the end.</summary>
    public DataStream AddFirst(ulong id) => First = Add(id);

    /// <summary>Opens a stream of this side; null if it may not now.</summary>
    public DataStream? TryOpen() => Limits.MayOpen ? Add(Limits.Next()) : null;

    /// <summary>Takes a stream that the peer has opened; false if there is none.</summary>
    public bool TryAccept([NotNullWhen(true)] out DataStream? stream) => _opened.TryDequeue(out stream);

    /// <summary>Finds the stream that a frame of the peer names. It may open with it.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="stream">The stream; null if it is over.</param>
    /// <returns>False if the peer may not name it.</returns>
    public bool TryReach(ulong id, out DataStream? stream)
    {
        if (_streams.TryGetValue(id, out stream)) { return true; }

        if (!Limits.TryReach(id, out (ulong First, int Count) opens)) { return false; }

        for (ulong next = opens.First; opens.Count > 0; next = StreamLimits.After(next), opens.Count--)
        {
            stream = Add(next);
            _opened.Enqueue(stream);
        }

        return true;
    }

    /// <summary>Forgets a stream, if it is over and the peer knows it.</summary>
    public void Retire(DataStream stream, Instant now)
    {
        if (!stream.IsSettled || stream == First || !_streams.Remove(stream.Id)) { return; }

        // Bytes that never came need no room any more, either.
        _released += stream.Receive.Highest - stream.Receive.Released;
        _retired += stream.Volumes;
        Limits.NoteOver(stream.Id);
        Due |= ControlFrames.MaxStreams;
        GiveCredit(TimeSpan.Zero, now);
    }

    /// <summary>The peer allows bytes up to here, of all streams.</summary>
    public void Allow(ulong limit)
    {
        if (limit <= _limit) { return; }

        _limit = limit;
        foreach (DataStream stream in _streams.Values) { Wake(stream); }
    }

    /// <summary>Notes that more bytes came; false if the peer had no credit for them.</summary>
    public bool TryNoteArrived(ulong growth)
    {
        _arrived += growth;
        return _arrived <= Credit.Limit;
    }

    /// <summary>Gives the peer credit for what a stream released.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="before">What it had released before.</param>
    /// <param name="roundTrip">The round trip to the peer.</param>
    /// <param name="now">The current time.</param>
    public void GiveCredit(DataStream stream, ulong before, TimeSpan roundTrip, Instant now)
    {
        ReceivePart part = stream.Receive;
        if (part.Released == before) { return; }

        _released += part.Released - before;
        if (part.State == ReceiveState.Receive && part.Credit.IsRaiseDue(part.Released))
        {
            part.Credit.Raise(part.Released, roundTrip, now);
            Ask(stream, ControlFrames.MaxStreamData);
        }

        GiveCredit(roundTrip, now);
    }

    /// <summary>Puts a stream in a queue, if it has something to send.</summary>
    public void Wake(DataStream stream)
    {
        if (stream.IsQueued || !HasWork(stream)) { return; }

        stream.IsQueued = true;
        _urgent.Enqueue(stream);
    }

    /// <summary>The peer is done, so its program has taken whatever the peer has.</summary>
    public void NoteAllConsumed()
    {
        foreach (DataStream stream in _streams.Values) { stream.Send.NoteAllConsumed(); }
    }

    /// <summary>Whether any stream has something to send now.</summary>
    public bool HasWork()
    {
        while (Next() is { } stream)
        {
            if (HasWork(stream)) { return true; }

            Dequeue();
            stream.IsQueued = false;
        }

        return false;
    }

    /// <summary>Takes the next piece of the stream whose turn it is. Call it only if there is one.</summary>
    /// <param name="room">The most bytes of the piece and its head.</param>
    /// <param name="stream">Its stream.</param>
    public StreamPiece Take(int room, out DataStream stream)
    {
        stream = Dequeue();
        StreamPiece piece = stream.Send.Take(room - PacketWriter.HeadLength(stream.Id, stream.Send.NextOffset), SendCredit);
        if (piece.IsNew) { _sent += (ulong)piece.Length; }

        stream.IsQueued = HasWork(stream);
        if (stream.IsQueued) { _ready.Enqueue(stream); }

        return piece;
    }

    /// <summary>Asks for a frame of state of a stream.</summary>
    public void Ask(DataStream stream, ControlFrames frames)
    {
        if (stream.Due == ControlFrames.None) { _controls.Enqueue(stream); }

        stream.Due |= frames;
    }

    /// <summary>The next stream with frames of state. It stays the next one until <see cref="TakeControls"/>.</summary>
    public DataStream PeekControls() => _controls.Peek();

    /// <summary>Takes that stream out.</summary>
    public void TakeControls() => _controls.Dequeue().Due = ControlFrames.None;

    private DataStream Add(ulong id)
    {
        var stream = new DataStream(id);
        _streams.Add(id, stream);
        return stream;
    }

    private void GiveCredit(TimeSpan roundTrip, Instant now)
    {
        if (!Credit.IsRaiseDue(_released)) { return; }

        Credit.Raise(_released, roundTrip, now);
        Due |= ControlFrames.MaxData;
    }

    private bool HasWork(DataStream stream) => stream.Send.HasRepairs || stream.Send.HasNew(SendCredit);

    private DataStream? Next() => _urgent.Count > 0 ? _urgent.Peek() : _ready.Count > 0 ? _ready.Peek() : null;

    private DataStream Dequeue() => _urgent.Count > 0 ? _urgent.Dequeue() : _ready.Dequeue();
}
