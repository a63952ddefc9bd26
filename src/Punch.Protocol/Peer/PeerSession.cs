using System.Diagnostics.CodeAnalysis;

namespace Punch.Protocol.Peer;

/// <summary>
/// One side of <c>punch remote-host</c>, without a socket or a clock (DESIGN.md section 5).
/// <para>
/// It begins by punching: an empty datagram to every address of the peer, then messages on a short ladder, then after random waits. A
/// message from the peer that names this session's id proves both directions and opens the path; the address it came from becomes the
/// path's far end, also when the peer's NAT moved the port. Every message that does not yet show that the peer has its own proof is
/// answered at once, so proof comes one round trip after the later start. An open path that falls silent is closed and punched again.
/// A side that is done says so and leaves when it knows that the other has its proof, too.
/// </para>
/// <para>
/// It never believes a message that does not name its id, never answers an address it was not given with more bytes than came from
/// there, and keeps a bounded table of whom it heard. Parts: receiving, proof, sending, slots, data, leaving, each in its own file.
/// </para>
/// </summary>
public sealed partial class PeerSession : IProtocol<PeerEvent>
{
    private readonly PeerSessionOptions _options;
    private readonly Instant _start;
    private readonly TransportAddress[] _remotes;
    private readonly Route[] _baseRoutes;
    private readonly TimeText _timeText;
    private readonly SendTimes _sendTimes = new();
    private readonly RoundTripMeter _roundTrips = new();
    private readonly RemotePeerTable _peers = new();
    private readonly Queue<PeerEvent> _events = new(16);
    private readonly PeerCounters _counters = new();
    private SendSchedule _schedule;
    private PeerEvent? _end;

    /// <summary>Begins a session: the first datagrams are ready to be taken at once.</summary>
    /// <exception cref="ArgumentException">No remote address, too many, or one whose family has no local address.</exception>
    public PeerSession(PeerSessionOptions options, Instant now)
    {
        if (options.Remotes.Count is 0 or > PeerSessionOptions.MaxRemotes)
        {
            throw new ArgumentException($"1 to {PeerSessionOptions.MaxRemotes} remote addresses are needed", nameof(options));
        }

        _options = options;
        _start = now;
        _remotes = [.. options.Remotes];
        _timeText = new TimeText(options.WallClock, now);
        _schedule = new SendSchedule(options.Interval, options.Seed);
        _baseRoutes = [.. _remotes.Select(remote => new Route(LocalFor(remote), remote))];
        _data = options.Use == PathUse.Data ? new DataQueue() : null;
        _slots = CreateSlots(now);
        _lastPrimes = new LastPrime[_slots.Length];
        BeginPunching(now);
    }

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <summary>What has been shown so far.</summary>
    public Verdict Verdict => _counters.Opens > 0 ? Verdict.TwoWay : _counters.Received > 0 ? Verdict.OneWay : Verdict.Nothing;

    /// <summary>The proven path's far end; null while none is open.</summary>
    public TransportAddress? Path => _path?.Remote;

    /// <summary>The own socket of the proven path; null while none is open.</summary>
    public TransportAddress? PathLocal => _path?.Local;

    /// <summary>What was counted so far.</summary>
    public PeerStatistics Statistics => _counters.Summary(_peer, _flow, _roundTrips.Summary()) with { Data = DataOutcome };

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            if (IsEnded) { return null; }

            Instant? next = _leaving is { } leaving ? Instant.Earlier(leaving.NextWord, leaving.Until) : _schedule.Next;
            if (_leaving is null) { next = Instant.Earlier(next, _path is null ? NextSlot : Instant.Earlier(SilentAt, NextData)); }

            return Instant.Earlier(next, _options.Deadline is { } deadline ? _start + deadline : null);
        }
    }

    /// <summary>Ends the session as Ctrl-C does: a last word to the peer, then <see cref="PeerEventKind.Ended"/>.</summary>
    public void Stop(Instant now)
    {
        if (IsEnded) { return; }

        if (_path is { } path) { Enqueue(path, now, MessageRole.LastWord); }

        End(now);
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice.Kind == NetworkNoticeKind.Refused) { _counters.Refusals++; }

        if (notice is { Kind: NetworkNoticeKind.HopLimitExceeded, Reporter: { } router }) { NoteExpired(notice.Remote, router); }
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        if (IsEnded) { return; }

        if (_options.Deadline is { } deadline && now >= _start + deadline)
        {
            Stop(now);
            return;
        }

        if (_leaving is not null)
        {
            ContinueLeaving(now);
            return;
        }

        if (_path is not null && now >= SilentAt) { ClosePath(now, now - _pathHeardAt); }

        if (now >= _schedule.Next) { SendScheduled(now); }

        if (_path is null) { SendInSlots(now); }

        TendData(now);
    }

    /// <inheritdoc/>
    public bool TryEvent([MaybeNullWhen(false)] out PeerEvent e)
    {
        bool hasNews = _events.TryDequeue(out e);
        _isDelivering = hasNews && e.Kind == PeerEventKind.Received;
        if (hasNews) { return true; }

        // The end is the last event: the datagrams that go out before it are still to be told of.
        if (_end is not { } end || _outgoing.Count > 0) { return false; }

        e = end;
        _end = null;
        return true;
    }

    private void End(Instant now)
    {
        IsEnded = true;
        _end = new PeerEvent { Kind = PeerEventKind.Ended, Elapsed = now - _start };
    }
}
