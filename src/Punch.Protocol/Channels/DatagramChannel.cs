using Punch.Protocol.Text;

namespace Punch.Protocol.Channels;

/// <summary>
/// Data in datagrams over an open path. Lost data is counted, not resent. The counts travel in the trailers of the peer messages. The
/// session writes these, and passes the peer's counts to this channel.
/// </summary>
/// <param name="hasOwnNumbers">Whether the data needs numbers of its own, because the wire has none.</param>
internal sealed class DatagramChannel(bool hasOwnNumbers)
{
    // Long enough for a reply that is on its way, short enough that a lost one does not reduce the throughput of a long path.
    private static readonly TimeSpan ShortestAskPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestAskPause = TimeSpan.FromSeconds(1);

    private readonly DataQueue _queue = new();
    private DataFlow _flow = new();
    private DataNumbers _numbers = new();
    private Instant? _pacedUntil;
    private Instant _askedAt;
    private uint _firstSaying;
    private uint _firstKnowing;
    private uint _firstComplete;
    private bool _isEndConfirmed;
    private bool _isCompletionKnown;
    private bool _isPeerReplaced;

    /// <summary>Whether this side has no room for data.</summary>
    public bool IsFull { get; set; }

    /// <summary>Whether all data of this side was taken.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether this side could not read all its data.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether the peer said that it could not read all its data.</summary>
    public bool HasPeerFailed { get; private set; }

    /// <summary>Whether the peer said that it sent all its data.</summary>
    public bool HasPeerEnded { get; private set; }

    /// <summary>Whether there are datagrams to send.</summary>
    public bool HasQueued => _queue.Count > 0;

    public Volume VolumeSent { get; private set; }

    public Volume VolumeReceived { get; private set; }

    /// <summary>Data datagrams that came again, and were left out.</summary>
    public long Duplicates { get; private set; }

    /// <summary>In which order, and how evenly, the peer's datagrams come.</summary>
    public DataArrivals Arrivals { get; } = new();

    /// <summary>Whether doubled datagrams are recognised, so that the counts are exact.</summary>
    public bool IsExact => !hasOwnNumbers || _numbers.IsAgreed || (VolumeSent.Datagrams == 0 && VolumeReceived.Datagrams == 0);

    /// <summary>Sent data that the peer has not reported on: all of it, if the peer never counted any.</summary>
    public Volume Unconfirmed => _flow.Unconfirmed;

    /// <summary>Data of this side that the peer should have, and how much of it never came.</summary>
    public Loss Outbound => _flow.Outbound;

    /// <summary>The peer's data that should have come, and how much of it is missing.</summary>
    public Loss Inbound => _flow.Inbound;

    /// <summary>Whether the peer counts data; false if it carries none.</summary>
    public bool IsPeerCounting => _flow.PeerCount is not null;

    /// <summary>Whether both sides have ended, or this side has ended and the other one carries no data at all.</summary>
    public bool IsDone => HasEnded && (HasPeerEnded || (_isEndConfirmed && !IsPeerCounting));

    /// <summary>Whether the peer knows of this side's end, if there is one. Then nothing has to be repeated.</summary>
    public bool IsSettled => !HasEnded || _isEndConfirmed;

    /// <summary>Whether data was sent that the peer may still confirm.</summary>
    public bool IsUnconfirmed => Unconfirmed.Datagrams > 0 && (IsPeerCounting || !_isEndConfirmed);

    /// <summary>
    /// Whether nothing is left to send or to wait for. Missing data may be late, so the channel waits for it. A peer that has ended waits
    /// to learn that all of its data arrived.
    /// </summary>
    public bool IsOver(bool hasPeerLeft)
    {
        if (hasPeerLeft && !HasPeerEnded) { return _flow.Inbound.Lost == 0; }

        bool isOwnOver = !IsUnconfirmed && _flow.Outbound.Lost == 0;
        bool isPeersOver = _flow.Inbound.Lost == 0 && (!HasPeerEnded || _isCompletionKnown);
        return isOwnOver && isPeersOver && (hasPeerLeft || (_isEndConfirmed && (IsDone || HasFailed)));
    }

    /// <summary>The outcome of both sides' data, as far as this side knows.</summary>
    public DataOutcome Outcome(bool hasPeer, bool hasPeerLeft)
    {
        if (!hasPeer) { return DataOutcome.Complete; }

        if (HasPeerFailed) { return DataOutcome.PeerFailed; }

        if (_isPeerReplaced) { return DataOutcome.PeerReplaced; }

        if (!IsPeerCounting && VolumeSent.Datagrams > 0) { return DataOutcome.Unconfirmed; }

        bool isComplete = HasEnded && (HasPeerEnded || !IsPeerCounting);
        return !isComplete ? (hasPeerLeft ? DataOutcome.PeerLeft : DataOutcome.Unfinished)
            : IsUnconfirmed ? DataOutcome.Unconfirmed
            : Outbound.Lost + Inbound.Lost > 0 ? DataOutcome.Lost
            : _flow.IsSurplus ? DataOutcome.Doubled
            : DataOutcome.Complete;
    }

    /// <summary>Starts with another peer. Its counts begin at zero.</summary>
    public void BeginPeer()
    {
        _isPeerReplaced |= _flow.Sent + _flow.Taken > 0;
        _flow = new DataFlow();
        _numbers = new DataNumbers();
        _pacedUntil = null;
        _firstSaying = 0;
        _firstKnowing = 0;
        _firstComplete = 0;
        _isEndConfirmed = false;
        _isCompletionKnown = false;
        HasPeerEnded = false;
        HasPeerFailed = false;
    }

    /// <summary>Takes a datagram for sending; false, with nothing taken, while enough is under way.</summary>
    /// <param name="payload">1 to <see cref="IDataPath.MaxLength"/> bytes.</param>
    /// <param name="now">The current time.</param>
    /// <param name="isAskDue">Whether to ask the peer for its counts.</param>
    public bool TryQueue(ReadOnlySpan<byte> payload, Instant now, out bool isAskDue)
    {
        isAskDue = false;
        if (HasEnded || HasFailed || _queue.IsFull || _flow.IsBlocked(_queue.Count)) { return false; }

        if (_flow.IsAheadOfPace(now, out Instant due))
        {
            _pacedUntil = due;
            return false;
        }

        _queue.Enqueue(payload);
        isAskDue = _flow.NoteAccepted(now);
        return true;
    }

    /// <summary>Writes the oldest queued datagram and returns its length. Call it only if there is one.</summary>
    public int Dequeue(Span<byte> destination)
    {
        ReadOnlySpan<byte> payload = _queue.Dequeue();
        int header = _numbers.Write(destination);
        payload.CopyTo(destination[header..]);
        _flow.NoteSent(payload.Length);
        VolumeSent = VolumeSent.And(payload.Length);
        return header + payload.Length;
    }

    /// <summary>Takes in a datagram from the peer's address.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="arrival">What the wire tells of it.</param>
    /// <param name="isRepeated">Whether it came before, so that it is left out.</param>
    /// <returns>The start of its data; -1 if it is not the peer's data.</returns>
    public int Take(ReadOnlySpan<byte> datagram, in DataArrival arrival, out bool isRepeated)
    {
        int start = _numbers.Read(datagram, out isRepeated);
        if (isRepeated) { Duplicates++; }
        else if (start >= 0)
        {
            if (!hasOwnNumbers) { Arrivals.Note(arrival.Number, arrival.Stamp, arrival.At); }

            _flow.NoteTaken();
            VolumeReceived = VolumeReceived.And(datagram.Length - start);
        }

        return start;
    }

    /// <summary>Notes that the peer reads numbers. From then on the data of both sides has numbers.</summary>
    public void NoteNumbers(bool isReading) => _numbers.IsAgreed |= isReading && hasOwnNumbers;

    /// <summary>Notes that all data of this side was taken.</summary>
    public void End() => HasEnded = true;

    /// <summary>Notes that the rest of this side's data could not be read.</summary>
    public void Fail() => HasFailed = true;

    /// <summary>Notes that the peer is asked for its counts.</summary>
    public void NoteAsked(Instant now) => _askedAt = now;

    /// <summary>Whether to ask again now, because no more may be sent before a reply.</summary>
    /// <param name="roundTrip">The last measured round trip.</param>
    /// <param name="now">The current time.</param>
    public bool IsAskDue(TimeSpan roundTrip, Instant now)
    {
        if (_pacedUntil <= now) { _pacedUntil = null; }

        return NextAsk(roundTrip) <= now;
    }

    /// <summary>When the next datagram may go, or the peer is asked again; null for neither.</summary>
    public Instant? NextTimeout(TimeSpan roundTrip) => Instant.Earlier(_pacedUntil, NextAsk(roundTrip));

    /// <summary>
    /// Takes in the data fields of a peer message. Returns true if it is the first to say that the peer's data has ended.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="last">The last measured round trip.</param>
    /// <param name="shortest">The shortest measured round trip.</param>
    public bool Receive(in PeerMessage message, TimeSpan last, TimeSpan shortest)
    {
        uint confirmed = message.Seen?.Sequence ?? 0;
        _isEndConfirmed |= _firstSaying != 0 && confirmed >= _firstSaying;
        _isCompletionKnown |= _firstComplete != 0 && confirmed >= _firstComplete;
        if (message.Data is not { } count) { return false; }

        _flow.Receive(count, message.IsFull, confirmed, last, shortest);
        HasPeerFailed |= message.HasFailed;
        bool isEnd = message.HasEnded && !HasPeerEnded;
        HasPeerEnded |= message.HasEnded;
        return isEnd;
    }

    /// <summary>Whether a peer that sends data waits for a reply to this message.</summary>
    public bool IsReplyDue(in PeerMessage message) => message.IsAsking || (message.HasEnded && !ShowsThatWeKnow(message));

    /// <summary>Adds this side's counts to a message to the peer.</summary>
    public PeerMessage Describe(in PeerMessage message, bool isToPeer, bool isAsking) => message with
    {
        Data = isToPeer ? _flow.Mark(message.Sequence) : default(DataCount),
        HasNumbers = hasOwnNumbers,
        IsAsking = isAsking,
        IsFull = IsFull,
        HasEnded = HasEnded,
        HasFailed = HasFailed,
    };

    /// <summary>Notes that a message went to the peer.</summary>
    public void NoteSent(in PeerMessage message)
    {
        if ((message.HasEnded || message.HasFailed) && _firstSaying == 0) { _firstSaying = message.Sequence; }

        if (HasPeerEnded && _firstKnowing == 0) { _firstKnowing = message.Sequence; }

        if (HasPeerEnded && _firstComplete == 0 && _flow.Inbound.Lost == 0) { _firstComplete = message.Sequence; }
    }

    // Whether the peer has seen a message of this side that was sent after its end was known here, and after all of its data had arrived.
    private bool ShowsThatWeKnow(in PeerMessage message)
    {
        uint first = _flow.Inbound.Lost == 0 ? _firstComplete : _firstKnowing;
        return first != 0 && message.Seen?.Sequence >= first;
    }

    private Instant? NextAsk(TimeSpan roundTrip)
    {
        if (!_flow.IsBlocked(waiting: 0)) { return null; }

        return _askedAt + TimeSpan.FromTicks(Math.Clamp((roundTrip * 2).Ticks, ShortestAskPause.Ticks, LongestAskPause.Ticks));
    }
}
