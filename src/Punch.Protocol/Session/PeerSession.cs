using Punch.Protocol.Channels;
using Punch.Protocol.Events;
using Punch.Protocol.Paths;
using Punch.Protocol.Session.Gathering;
using Punch.Protocol.Session.Wires;
using Punch.Protocol.Streams;

namespace Punch.Protocol.Session;

/// <summary>
/// One side of <c>punch remote-host</c> or <c>punch meet</c>, without a socket or a clock: it learns where the peer may be, finds a path,
/// proves it, keeps it open and uses it.
/// <para>
/// It is put together from a gathering (sources of candidates, a plan, a wire), the path finder, and an exchange (messages, data, leaving).
/// The target in its options decides which gathering that is; nothing else differs.
/// </para>
/// <para>
/// The driver sends from whatever local address a <see cref="Transmit"/> names: that is how the session asks for further ports. It never
/// believes a datagram that proves nothing, and never sends to an address without proof more bytes than its rules allow.
/// </para>
/// </summary>
public sealed class PeerSession : IProtocol<SessionEvent>, IStreamUser, IDataPath, ILocalPorts, IDisposable
{
    // IProtocol.TryTransmit asks for this; no UDP payload is larger.
    private const int MaxDatagram = 65_535;

    /// <summary>After a peer's goodbye its last message may still be on the way.</summary>
    private static readonly TimeSpan LingerAfterGoodbye = TimeSpan.FromMilliseconds(300);

    // Nobody replies to a goodbye, so it is sent twice; a peer that gets neither finds out by the silence.
    private const int Goodbyes = 2;

    private readonly SessionOptions _options;
    private readonly EventQueue _events;
    private readonly Outbox _outbox = new();
    private readonly SessionCounters _counters = new();
    private readonly TimerTable<SessionTimer> _timers = new();
    private readonly IGathering _gathering;
    private readonly Exchange _exchange;
    private readonly StreamChannel? _streams;
    private readonly Transmitter _transmitter;
    private readonly byte[] _payload = new byte[MaxDatagram];
    private int _payloadStart;
    private int _payloadLength;
    private Instant _now;
    private SessionEvent? _end;

    /// <summary>Begins a session: the first datagrams are ready to be taken at once.</summary>
    /// <exception cref="ArgumentException">The options name no address to begin with, or one without a local address of its
    /// family.</exception>
    public PeerSession(SessionOptions options, Instant now)
    {
        _options = options;
        _now = now;
        _events = new EventQueue(now);
        _gathering = options.Target switch
        {
            SessionTarget.NamedHost named => new NamedHostGathering(options, named, _events, now),
            SessionTarget.Meeting meeting => new MeetingGathering(options, meeting, _events, now),
            SessionTarget.SealedHost host => new GreetingGathering(options, host, _events, now),
            _ => throw new ArgumentException("an unknown kind of target", nameof(options)),
        };
        _exchange = new Exchange(options, _gathering, _counters, _events, _outbox, now);
        _streams = _gathering.Wire is SealedWire wire ? new StreamChannel(options, _gathering, wire, _events, now) : null;
        _transmitter = new Transmitter(_gathering, _exchange, _streams, _outbox);
        _timers[SessionTimer.Deadline] = now + options.Deadline;
        TakeOrders(now);
    }

    private enum SessionTimer
    {
        /// <summary>The user's deadline.</summary>
        Deadline,

        /// <summary>The peer said goodbye a while ago.</summary>
        Linger,
    }

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public bool TakesBatches => _options.Use == PathUse.Streams;

    /// <summary>What has been shown so far.</summary>
    public Verdict Verdict =>
        Finder.Opens > 0 ? Verdict.TwoWay : _counters.Received > 0 || Finder.HeardAt is not null ? Verdict.OneWay : Verdict.Nothing;

    /// <summary>The proven path; null while none is open.</summary>
    public Route? Path => Finder.Path;

    /// <summary>What was counted so far.</summary>
    public SessionStatistics Statistics =>
        _counters.Summary(_exchange.Conversation.Peer, _exchange.Channel, _exchange.Conversation.RoundTrips.Summary()) with
        {
            Data = _options.Use == PathUse.Streams ? _streams!.Outcome : Mismatch ?? _exchange.DataOutcome,
            Streams = _streams?.Volumes ?? default,
            StreamsSuspended = _streams?.Suspended ?? default,
            TimeToOpen = Finder.TimeToOpen,
            Opens = Finder.Opens,
        };

    /// <summary>How it stands or ended, and what is known of both networks.</summary>
    public SessionOutcome Outcome
    {
        get
        {
            SessionOutcome outcome = _gathering.Outcome();
            return IsEnded || Finder.Opens > 0 ? outcome : outcome with { Result = SessionResult.Undecided };
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => _payload.AsSpan(_payloadStart, _payloadLength - _payloadStart);

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            if (IsEnded) { return null; }

            Instant? next = Instant.Earlier(_timers.Next, _exchange.NextTimeout);
            next = Instant.Earlier(next, _streams?.NextTimeout);
            return Instant.Earlier(next, Instant.Earlier(Finder.NextTimeout, _gathering.NextTimeout));
        }
    }

    /// <summary>The stream that is open from the beginning; null where there is none.</summary>
    public IByteStream? Pipe => _streams?.Pipe;

    /// <summary>Opens streams, with <see cref="PathUse.Streams"/>; null otherwise.</summary>
    public IStreamHost? Streams => _options.Use == PathUse.Streams ? _streams : null;

    /// <summary>The part that finds and keeps the path.</summary>
    internal PathFinder Finder => _gathering.Finder;

    // A peer with streams meets one without: both end.
    private DataOutcome? Mismatch => _streams is { Outcome: DataOutcome.NoMatch } ? DataOutcome.NoMatch : null;

    /// <summary>What joins streams to the path, for tests; null where there are none.</summary>
    internal StreamChannel? StreamChannel => _streams;

    /// <summary>What differs between the ways to reach a peer, for tests.</summary>
    internal IGathering Gathering => _gathering;

    /// <inheritdoc/>
    public void Stop(Instant now)
    {
        if (IsEnded) { return; }

        _now = now;
        _streams?.Leave();
        _exchange.Stop(now);
        End(now);
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (IsEnded) { return; }

        _now = now;

        // A peer that has gone already refuses our last messages: that is no trouble of the path.
        if (notice.Kind == NetworkNoticeKind.Refused && !_exchange.IsLeaving)
        {
            _counters.Refusals++;
            _streams?.NoteRefused(notice.Remote, now);
        }

        if (notice is { Kind: NetworkNoticeKind.HopLimitExceeded, Reporter: { } by }) { Finder.NoteExpired(notice.Remote, by); }

        if (notice.Kind == NetworkNoticeKind.SourceLost) { Finder.ForgetSource(notice.Source); }

        _gathering.Note(notice, now);
        Settle(now);
    }

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        _payloadStart = _payloadLength = 0;
        if (IsEnded) { return; }

        _now = now;
        Datagram inner = _gathering.Unwrap(datagram);
        bool isTaken = !_gathering.TryReceive(inner, now) && _gathering.Owns(inner.To);
        bool isTraffic = isTaken && Take(inner, now) == ArrivalKind.Packet && Finder.Path == Finder.RouteOf(inner);

        // A packet over the open path changes nothing else, and there may be a million a second.
        if (isTraffic) { SettleStreams(now); }
        else { Settle(now); }
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _payloadStart = _payloadLength = 0;
        if (IsEnded) { return; }

        _now = now;
        if (_timers.TryTake(SessionTimer.Deadline, now))
        {
            Stop(now);
            return;
        }

        _gathering.Timeout(now);
        Finder.Timeout(now);
        _exchange.Timeout(now);
        _streams?.Timeout(now);
        if (_timers.TryTake(SessionTimer.Linger, now)) { End(now); }

        Settle(now);
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _transmitter.TryTransmit(buffer, _now, out transmit);

    /// <inheritdoc/>
    public bool TryEvent(out SessionEvent e)
    {
        if (_events.TryTake(out e)) { return true; }

        // The end is the last event: the datagrams that go out before it are still to be reported.
        if (_end is not { } end || _outbox.Count > 0) { return false; }

        e = end;
        _end = null;
        return true;
    }

    /// <inheritdoc/>
    public bool TrySendData(ReadOnlySpan<byte> payload, Instant now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payload.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, IDataPath.MaxLength);
        return !IsEnded && _exchange.TrySendData(payload, now);
    }

    /// <inheritdoc/>
    public void EndData(Instant now)
    {
        if (IsEnded) { return; }

        _exchange.EndData(now);
        Settle(now);
    }

    /// <inheritdoc/>
    public void FailData(Instant now)
    {
        if (IsEnded) { return; }

        _exchange.FailData(now);
        Settle(now);
    }

    /// <inheritdoc/>
    public void HoldData(bool isFull, Instant now)
    {
        if (!IsEnded) { _exchange.HoldData(isFull, now); }
    }

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) => _gathering.TryStream(out request);

    /// <inheritdoc/>
    public bool Wants(in TransportAddress local) => _gathering.Owns(local);

    /// <summary>Wipes the keys. Not to be used afterwards, except for what it counted.</summary>
    public void Dispose() => _gathering.Dispose();

    private ArrivalKind Take(in Datagram datagram, Instant now)
    {
        Arrival arrival = _gathering.Wire.Read(datagram, _payload);
        Route route = Finder.RouteOf(datagram);
        bool isOfPeer = arrival.Kind is not (ArrivalKind.Nothing or ArrivalKind.Stranger);
        if (isOfPeer) { _gathering.Gate.NoteReceived(datagram.From, datagram.Payload.Length, now); }

        _payloadLength = arrival.Length;
        if (arrival.Kind != ArrivalKind.Nothing) { Finder.NoteAsked(route); }

        if (_gathering.Wire.IsAuthentic && arrival.Kind != ArrivalKind.Nothing) { Finder.Hear(route, now); }

        if (arrival.Kind is not (ArrivalKind.Nothing or ArrivalKind.Packet)) { _streams?.NoteFrame(arrival.Number, now); }

        switch (arrival.Kind)
        {
            case ArrivalKind.Probe:
                Finder.PeerHasProof |= arrival.HasProof;
                Finder.ReceiveProbe(route, arrival.Token, arrival.HasProof, now);
                break;
            case ArrivalKind.Reply:
                Finder.PeerHasProof |= arrival.HasProof;
                Finder.ReceiveReply(route, arrival.Token, arrival.OwnToken, now);
                break;
            case ArrivalKind.Goodbye:
                TakeGoodbye(now);
                break;
            case ArrivalKind.Message:
                _exchange.Receive(arrival.Message, route, arrival.Length, now);
                break;
            case ArrivalKind.Packet:
                _streams?.Receive(arrival.Number, _payload.AsSpan(0, arrival.Length), now);
                break;
            case ArrivalKind.Bytes:
                _payloadStart = _exchange.ReceiveBytes(route, _payload.AsSpan(0, arrival.Length), now);
                break;
            case ArrivalKind.OtherVersion:
                _counters.OtherVersions++;
                _exchange.Reports.Report(route, DatagramKind.OtherVersion, arrival.Length, now);
                break;
            case ArrivalKind.Stranger:
                _counters.Strangers++;
                _exchange.Reports.Report(route, DatagramKind.Stranger, arrival.Length, now);
                break;
            default:
                break;
        }

        Finder.SendDueProbes(now);
        return arrival.Kind;
    }

    private void TakeGoodbye(Instant now)
    {
        _streams?.NoteGoodbye();
        if (Finder.Opens > 0 && _exchange.FollowsPeer) { _timers[SessionTimer.Linger] ??= now + LingerAfterGoodbye; }

        _exchange.Part(now);
    }

    /// <summary>What follows from a change, whatever it was.</summary>
    private void Settle(Instant now)
    {
        if (IsEnded) { return; }

        _gathering.Settle(now);
        _exchange.Settle(now);
        _streams?.Settle(now);
        TakeOrders(now);
        if (_exchange.IsOver || _streams?.IsOver == true || _gathering.IsHopeless(now)) { End(now); }
    }

    private void SettleStreams(Instant now)
    {
        _streams!.Settle(now);
        TakeOrders(now);
        if (_streams.IsOver) { End(now); }
    }

    private void TakeOrders(Instant now)
    {
        while (Finder.TryTake(out ProbeOrder order))
        {
            bool isMessage = !_gathering.Wire.IsAuthentic && order.Kind is ProbeOrderKind.Probe or ProbeOrderKind.Check;
            if (isMessage) { _exchange.SendProbe(order, now); }
            else { _outbox.Add(new Outgoing(OutgoingKind.Order, now) { Order = order }); }
        }
    }

    private void End(Instant now)
    {
        if (IsEnded) { return; }

        IsEnded = true;
        TakeOrders(now);
        bool isHandedOver = _options.Use == PathUse.HandOver && Finder.Opens > 0;
        if (!isHandedOver && _gathering.Wire.IsAuthentic && Finder.Path is not null)
        {
            for (int i = 0; i < Goodbyes; i++) { _outbox.Add(new Outgoing(OutgoingKind.Goodbye, now)); }
        }

        _gathering.Leave(isHandedOver, now);
        _end = new SessionEvent { Kind = SessionEventKind.Ended, Elapsed = _events.Elapsed(now) };
    }
}
