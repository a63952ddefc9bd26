namespace Punch.Protocol.Streams;

/// <summary>The streams of a session, whose turn it is, and what all of them together may send: RFC 9000 §2.2, §2.3 and §4.1.</summary>
internal sealed class StreamTable
{
    private readonly Dictionary<ulong, DataStream> _streams = [];
    private readonly List<DataStream> _all = [];

    // A stream that was idle goes before those that have sent: a keystroke waits for one packet of its busy neighbour.
    private readonly Queue<DataStream> _urgent = new();
    private readonly Queue<DataStream> _ready = new();
    private readonly Queue<DataStream> _controls = new();
    private ulong _limit = FlowCredit.FirstOfSession;
    private ulong _sent;
    private ulong _arrived;
    private ulong _released;

    // Streams before these are over, or settled. Neither is ever taken back.
    private int _over;
    private int _settled;

    /// <summary>The frames of state of the whole session that have to be sent.</summary>
    public ControlFrames Due { get; set; }

    /// <summary>The bytes of all streams that the peer may send.</summary>
    public FlowCredit Credit { get; } = new(FlowCredit.FirstOfSession, FlowCredit.MostOfSession);

    /// <summary>The bytes of all streams that may still be sent for the first time.</summary>
    public ulong SendCredit => _limit - _sent;

    /// <summary>Whether a stream has to send a frame of state.</summary>
    public bool HasControls => _controls.Count > 0;

    /// <summary>Whether every stream is over, and there is at least one.</summary>
    public bool IsOver
    {
        get
        {
            while (_over < _all.Count && _all[_over].IsOver) { _over++; }

            return _over == _all.Count && _over > 0;
        }
    }

    /// <summary>Whether the peer knows that, too.</summary>
    public bool IsSettled
    {
        get
        {
            while (_settled < _all.Count && _all[_settled].IsSettled) { _settled++; }

            return _settled == _all.Count && _settled > 0;
        }
    }

    /// <summary>Whether the program here has every byte of every stream.</summary>
    public bool HasEverything
    {
        get
        {
            foreach (DataStream stream in _all)
            {
                if (!stream.Receive.IsComplete) { return false; }
            }

            return true;
        }
    }

    /// <summary>The stream with a number; null if there is none.</summary>
    public DataStream? Find(ulong id) => _streams.GetValueOrDefault(id);

    /// <summary>Opens a stream.</summary>
    public DataStream Add(ulong id)
    {
        var stream = new DataStream(id);
        _streams.Add(id, stream);
        _all.Add(stream);
        return stream;
    }

    /// <summary>The peer allows bytes up to here, of all streams.</summary>
    public void Allow(ulong limit)
    {
        if (limit <= _limit) { return; }

        _limit = limit;
        foreach (DataStream stream in _all) { Wake(stream); }
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

        if (!Credit.IsRaiseDue(_released)) { return; }

        Credit.Raise(_released, roundTrip, now);
        Due |= ControlFrames.MaxData;
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
        foreach (DataStream stream in _all) { stream.Send.NoteAllConsumed(); }
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

    private bool HasWork(DataStream stream) => stream.Send.HasRepairs || stream.Send.HasNew(SendCredit);

    private DataStream? Next() => _urgent.Count > 0 ? _urgent.Peek() : _ready.Count > 0 ? _ready.Peek() : null;

    private DataStream Dequeue() => _urgent.Count > 0 ? _urgent.Dequeue() : _ready.Dequeue();
}
