using System.Diagnostics;

namespace Punch.Protocol.Peer;

public sealed partial class PeerSession : IDataPath
{
    // Long enough for an answer that is on its way, short enough that a lost one does not show in the throughput of a long path.
    private static readonly TimeSpan ShortestAskPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestAskPause = TimeSpan.FromSeconds(1);

    private readonly DataQueue? _data;
    private DataFlow? _flow;
    private DataEnd _dataEnd;
    private Instant _askedAt;
    private Instant? _pacedUntil;
    private bool _isFull;
    private bool _hasEnded;

    /// <summary>When there is something to do for data: the next datagram may go, or the peer is to be asked again.</summary>
    private Instant? NextData => Instant.Earlier(_pacedUntil, NextAsk);

    /// <summary>When to ask again what came, since nothing more may be sent before an answer.</summary>
    private Instant? NextAsk
    {
        get
        {
            if (_flow is null || _path is null || !_flow.IsBlocked(waiting: 0)) { return null; }

            TimeSpan pause = _roundTrips.Last * 2;
            return _askedAt + (pause < ShortestAskPause ? ShortestAskPause : pause > LongestAskPause ? LongestAskPause : pause);
        }
    }

    private DataOutcome DataOutcome => _flow switch
    {
        null => DataOutcome.Complete,
        { Told: null } when _counters.DataSent.Datagrams > 0 => DataOutcome.Unconfirmed,
        _ when _hasEnded && (_dataEnd.HasPeerEnded || _flow.Told is null) => DataOutcome.Complete,
        _ => _peer!.HasLeft ? DataOutcome.PeerLeft : DataOutcome.Unfinished,
    };

    private bool HasDataToSend => _data is { Count: > 0 };

    /// <inheritdoc/>
    public bool TrySendData(ReadOnlySpan<byte> payload, Instant now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, IDataPath.MaxLength);
        bool isOpen = !IsEnded && _leaving is null && !_hasEnded && _path is not null && _peer!.HasProof;
        if (!isOpen || _data is null || _data.IsFull || _flow!.IsBlocked(_data.Count)) { return false; }

        if (_flow.IsAheadOfPace(now, out Instant due))
        {
            _pacedUntil = due;
            return false;
        }

        _data.Enqueue(payload);
        if (_flow.NoteAccepted(now)) { Ask(now); }

        return true;
    }

    /// <inheritdoc/>
    public void EndData(Instant now)
    {
        if (_hasEnded || IsEnded) { return; }

        _hasEnded = true;
        if (_path is null || _leaving is not null) { return; }

        _schedule.Begin(now);
        SendScheduled(now);
        ConsiderLeaving(departing: null, default, now);
    }

    /// <inheritdoc/>
    public void HoldData(bool isFull, Instant now)
    {
        if (isFull == _isFull || IsEnded) { return; }

        _isFull = isFull;
        if (_path is { } path) { Enqueue(path, now, _leaving is null ? MessageRole.Scheduled : MessageRole.LastWord); }
    }

    private void TendData(Instant now)
    {
        // Who waits for its turn tries again after this.
        if (now >= _pacedUntil) { _pacedUntil = null; }

        if (now >= NextAsk) { Ask(now); }
    }

    private void Ask(Instant now)
    {
        _askedAt = now;
        Enqueue(new Outgoing(_path!.Value, MessageRole.Scheduled, now, NextSequence(now), IsAsking: true));
    }

    private Transmit TransmitData(Span<byte> buffer, in Route path)
    {
        ReadOnlySpan<byte> payload = _data!.Dequeue();
        payload.CopyTo(buffer);
        _flow!.NoteSent();
        _counters.DataSent = _counters.DataSent.And(payload.Length);
        return new Transmit(path.Local, path.Remote, payload.Length);
    }

    /// <summary>Data is what comes from where the peer is known to be while a path is open, and is no message. Nobody else is listened to.</summary>
    private bool IsData(in Route route) =>
        _data is not null && _path is { } path && (route == path || route == _peer!.Route || _baseRoutes.Contains(route));

    private void ReceiveData(TransportAddress from, int bytes, Instant now)
    {
        _flow!.NoteTaken();
        _counters.DataReceived = _counters.DataReceived.And(bytes);
        NoteReceived(from, DatagramKind.Data, bytes, now);
    }

    /// <summary>What a message of the path's peer says of data.</summary>
    private void ReceiveCounts(in PeerMessage message, in Sighting seen, Instant now)
    {
        if (_flow is null) { return; }

        _dataEnd.Confirm(seen.Sequence);
        if (message.Data is not { } told) { return; }

        _flow.Receive(told, message.IsFull, seen.Sequence, _roundTrips);
        if (!message.HasEnded || _dataEnd.HasPeerEnded) { return; }

        _dataEnd.HasPeerEnded = true;
        _events.Enqueue(new PeerEvent { Kind = PeerEventKind.DataEnded, Remote = _path!.Value.Remote, Elapsed = now - _start });
    }

    /// <summary>Whether a peer that sends data waits for an answer.</summary>
    private bool IsDataAnswerDue(in PeerMessage message, in Sighting seen) =>
        _flow is not null && (message.IsAsking || (message.HasEnded && !_dataEnd.ShowsThatWeKnow(seen.Sequence)));

    /// <summary>Both have ended, or this side has and the other carries no data at all.</summary>
    private bool IsDataDone => _hasEnded && (_dataEnd.HasPeerEnded || (_dataEnd.IsTold && _flow!.Told is null));

    /// <summary>Whether nothing is left to say or to wait for. What is missing may just be late, so the time for the last words is given to it.</summary>
    private bool IsDataOver => _flow!.Inbound.Lost == 0 && (_peer!.HasLeft || (_dataEnd.IsTold && IsDataDone));

    private void BeginData()
    {
        if (_data is null) { return; }

        _flow = new DataFlow();
        _dataEnd = default;
    }

    private PeerMessage AddData(in PeerMessage message, RemotePeer about, in Outgoing outgoing)
    {
        Debug.Assert(_data is not null, "only a session that carries data counts it");
        DataCount count = about == _peer ? _flow!.Mark(outgoing.Sequence) : default;
        return message with { Data = count, IsAsking = outgoing.IsAsking, IsFull = _isFull, HasEnded = _hasEnded };
    }

    /// <summary>The ends of both directions' data, and who knows of them.</summary>
    private struct DataEnd
    {
        private uint _firstSaying;
        private uint _firstKnowing;

        /// <summary>Whether the peer said that it has ended.</summary>
        public bool HasPeerEnded { get; set; }

        /// <summary>Whether the peer confirmed a message that said that this side has.</summary>
        public bool IsTold { get; private set; }

        public void Confirm(uint seen) => IsTold |= _firstSaying != 0 && seen >= _firstSaying;

        /// <summary>Whether the peer has seen a message of ours from after it was heard to have ended.</summary>
        public readonly bool ShowsThatWeKnow(uint seen) => _firstKnowing != 0 && seen >= _firstKnowing;

        public void NoteSent(uint sequence, bool hasEnded)
        {
            if (hasEnded && _firstSaying == 0) { _firstSaying = sequence; }

            if (HasPeerEnded && _firstKnowing == 0) { _firstKnowing = sequence; }
        }
    }
}
