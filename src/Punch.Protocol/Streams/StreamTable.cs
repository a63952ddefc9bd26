namespace Punch.Protocol.Streams;

/// <summary>The streams of a session, whose turn it is, and what all of them together may send: RFC 9000 §2.2, §2.3 and §4.1.</summary>
internal sealed class StreamTable
{
    private readonly Dictionary<ulong, DataStream> _streams = [];

    // A stream that was idle goes before those that have sent: a keystroke waits for one packet of its busy neighbour.
    private readonly Queue<DataStream> _urgent = new();
    private readonly Queue<DataStream> _ready = new();
    private readonly Queue<DataStream> _controls = new();
    private ulong _limit = FlowCredit.FirstOfSession;
    private ulong _sent;
    private ulong _arrived;
    private ulong _taken;

    /// <summary>The bytes of all streams that the peer may send.</summary>
    public FlowCredit Credit { get; } = new(FlowCredit.FirstOfSession, FlowCredit.MostOfSession);

    /// <summary>The bytes of all streams that may still be sent for the first time.</summary>
    public ulong SendCredit => _limit - _sent;

    /// <summary>The bytes that the program took, of all streams.</summary>
    public ulong Taken => _taken;

    /// <summary>Whether a stream has to send a frame of state.</summary>
    public bool HasControls => _controls.Count > 0;

    /// <summary>Whether every stream is over, and there is at least one.</summary>
    public bool IsOver => _streams.Count > 0 && _streams.Values.All(stream => stream.IsOver);

    /// <summary>Whether the peer knows that, too.</summary>
    public bool IsSettled => _streams.Count > 0 && _streams.Values.All(stream => stream.IsSettled);

    /// <summary>The stream with a number; null if there is none.</summary>
    public DataStream? Find(ulong id) => _streams.GetValueOrDefault(id);

    /// <summary>Opens a stream.</summary>
    public DataStream Add(ulong id) => _streams[id] = new DataStream(id);

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

    /// <summary>Notes that the program took bytes.</summary>
    public void NoteTaken(ulong bytes) => _taken += bytes;

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
    public StreamPiece Take(int room, out DataStream stream)
    {
        stream = Dequeue();
        StreamPiece piece = stream.Send.Take(room, SendCredit);
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

    private bool HasWork(DataStream stream) => stream.Send.HasRepairs || stream.Send.HasNew(SendCredit);

    private DataStream? Next() => _urgent.Count > 0 ? _urgent.Peek() : _ready.Count > 0 ? _ready.Peek() : null;

    private DataStream Dequeue() => _urgent.Count > 0 ? _urgent.Dequeue() : _ready.Dequeue();
}
