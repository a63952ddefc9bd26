namespace Punch.Protocol.Candidates.Tcp;

/// <summary>
/// Opens a TCP stream to a peer that does the same at the same time, so that both routers see an outgoing connection (the simultaneous open
/// of RFC 9293 §3.5). The driver listens on the local port besides. Each stream that opens is a candidate, and the session proves it as it
/// proves any other route.
/// <para>
/// An attempt without a reply is followed by the next one at once. A SYN of the peer that comes in a pause reaches the listener, and a
/// router that remembers the SYN of the last attempt takes the listener's reply for a foreign one. After a refusal comes a short random
/// pause, because two sides in step would miss each other again and again. While the path is healthy nothing is dialed, and every other
/// stream is closed.
/// </para>
/// </summary>
internal sealed class TcpSource : ICandidateSource, IStreamUser
{
    /// <summary>How long an attempt waits. Systems send a SYN again after 1 s, 3 s and 7 s: RFC 6298 §5.5.</summary>
    public static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(6.5);

    /// <summary>
    /// The most streams that the peer opened from a port that was not named. Behind its router there may be others, so it is limited.
    /// </summary>
    public const int MaxAccepted = 4;

    private readonly List<TcpDial> _dials = [];
    private readonly List<TransportAddress> _accepted = new(MaxAccepted);
    private readonly Queue<StreamRequest> _requests = new();
    private readonly CandidateSet _candidates = new(CandidateSide.Remote);
    private readonly Predicate<TransportAddress> _isForeign;
    private Instant _began;
    private SplitMix64 _random;
    private TransportAddress? _path;
    private DialCounts _counts;

    /// <param name="isForeign">Which remote addresses are not for this source: it leaves their streams alone.</param>
    /// <param name="seed">The seed of the random pauses.</param>
    public TcpSource(Predicate<TransportAddress> isForeign, ulong seed)
    {
        _isForeign = isForeign;
        _random = new SplitMix64(seed);
    }

    /// <summary>How many addresses of the peer are dialed.</summary>
    public int Ways => _dials.Count;

    /// <summary>What the attempts came to.</summary>
    public DialCounts Counts =>
        _counts with { Unanswered = _counts.Unanswered + _dials.Count(dial => dial.State == DialState.Dialing) };

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (TcpDial dial in _dials) { next = Instant.Earlier(next, dial.Due); }

            return next;
        }
    }

    /// <summary>Whether the stream to a remote address is open.</summary>
    public bool IsOpen(in TransportAddress remote) => _accepted.Contains(remote) || Find(remote) is { State: DialState.Open };

    /// <summary>
    /// Dials each remote address from the local address at once, and again until <see cref="Follow"/> names the path. Others are closed.
    /// </summary>
    public void Dial(IEnumerable<(TransportAddress Local, TransportAddress Remote)> ways, Instant now)
    {
        _began = now;
        foreach (TcpDial old in _dials) { Close(old.Remote); }

        _dials.Clear();
        foreach ((TransportAddress local, TransportAddress remote) in ways)
        {
            if (_dials.Count < CandidateSet.Capacity) { _dials.Add(new TcpDial(local, remote, now)); }
        }

        Timeout(now);
    }

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => false;

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change) => _candidates.TryTake(out change);

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) => _requests.TryDequeue(out request);

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        // It sends no datagrams, so none is for it.
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        return false;
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (IsEnded || _isForeign(notice.Remote)) { return; }

        if (notice.Kind == NetworkNoticeKind.StreamOpened) { Open(notice.Remote); }
        else if (notice.Kind == NetworkNoticeKind.StreamClosed) { Lose(notice, now); }
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        foreach (TcpDial dial in _dials)
        {
            if (dial.Due is not { } due || due > now) { continue; }

            if (dial.State == DialState.Dialing) { Renew(dial, now); }
            else { Dial(dial, now); }
        }
    }

    /// <inheritdoc/>
    public void Stop(Instant now)
    {
        IsEnded = true;
        _requests.Clear();
        foreach (TcpDial dial in _dials) { dial.Rest(DialState.Resting); }
    }

    /// <summary>Takes in which stream is the path, and whether it is healthy. The stream of a former path is closed.</summary>
    public void Follow(TransportAddress? path, bool isHealthy, Instant now)
    {
        if (IsEnded) { return; }

        if (_path is { } former && path is null) { Close(former); }

        _path = path;
        foreach (TcpDial dial in _dials)
        {
            if (dial.Remote == path) { continue; }

            if (!isHealthy)
            {
                if (dial.State == DialState.Resting) { dial.Wait(now + Pause(now)); }
            }
            else if (dial.State is DialState.Dialing or DialState.Open)
            {
                Close(dial.Remote);
            }
            else
            {
                dial.Rest(DialState.Resting);
            }
        }

        if (!isHealthy) { return; }

        foreach (TransportAddress other in _accepted.FindAll(other => other != path)) { Close(other); }
    }

    private void Dial(TcpDial dial, Instant now)
    {
        _counts = _counts with { Dialed = _counts.Dialed + 1 };
        dial.Begin(now + AttemptTime);
        _requests.Enqueue(new StreamRequest { Action = StreamAction.Open, Remote = dial.Remote, Local = dial.Local });
    }

    private void Renew(TcpDial dial, Instant now)
    {
        _counts = _counts with { Unanswered = _counts.Unanswered + 1 };
        _requests.Enqueue(new StreamRequest { Action = StreamAction.Close, Remote = dial.Remote });
        Dial(dial, now);
    }

    private void Open(in TransportAddress remote)
    {
        if (Find(remote) is { } dial)
        {
            dial.Rest(DialState.Open);
        }
        else if (!IsPeerHost(remote.Host) || _accepted.Count >= MaxAccepted)
        {
            _requests.Enqueue(new StreamRequest { Action = StreamAction.Close, Remote = remote });
            return;
        }
        else if (!_accepted.Contains(remote))
        {
            _accepted.Add(remote);
        }

        Announce();
    }

    private void Lose(in NetworkNotice notice, Instant now)
    {
        _accepted.Remove(notice.Remote);
        TcpDial? dial = Find(notice.Remote);

        // Without a reason it is the reply to a Close that was overtaken by the next attempt.
        if (dial is { State: DialState.Dialing } && notice.Reason is not null)
        {
            CountFailure(notice);
            dial.Wait(now + Pause(now));
        }
        else if (dial is { State: DialState.Open })
        {
            dial.Wait(now + Pause(now));
        }

        Announce();
    }

    private void CountFailure(in NetworkNotice notice) => _counts = notice.IsRefused
        ? _counts with { Refused = _counts.Refused + 1 }
        : _counts with { Failed = _counts.Failed + 1, Reason = notice.Reason };

    /// <summary>Closes a stream, or gives up an attempt. It is dialed again only when that is asked for.</summary>
    private void Close(TransportAddress remote)
    {
        bool isOpen = _accepted.Remove(remote);
        if (Find(remote) is { } dial)
        {
            isOpen |= dial.State is DialState.Open or DialState.Dialing;
            dial.Rest(DialState.Resting);
        }

        if (!isOpen) { return; }

        _requests.Enqueue(new StreamRequest { Action = StreamAction.Close, Remote = remote });
        Announce();
    }

    private void Announce()
    {
        IEnumerable<TransportAddress> open = _dials.Where(dial => dial.State == DialState.Open).Select(dial => dial.Remote);
        _candidates.Replace(open.Concat(_accepted).Select(remote => new Candidate(CandidateKind.Host, remote)));
    }

    private TimeSpan Pause(Instant now)
    {
        // Within this time both sides have started, as a rule. Later an attempt a second is enough, because the later side is eager.
        TimeSpan eager = TimeSpan.FromSeconds(10);
        TimeSpan shortest = TimeSpan.FromMilliseconds(10);
        TimeSpan longest = TimeSpan.FromMilliseconds(200);
        TimeSpan slow = now - _began < eager ? TimeSpan.Zero : TimeSpan.FromMilliseconds(800);
        return slow + shortest + _random.NextDuration(longest - shortest);
    }

    private bool IsPeerHost(HostAddress host) => _dials.Exists(dial => dial.Remote.Host == host);

    private TcpDial? Find(in TransportAddress remote)
    {
        foreach (TcpDial dial in _dials)
        {
            if (dial.Remote == remote) { return dial; }
        }

        return null;
    }

    /// <summary>How far the attempts at a remote address are.</summary>
    private enum DialState
    {
        /// <summary>It is not dialed, because there is a path.</summary>
        Resting,

        /// <summary>The pause before an attempt.</summary>
        Waiting,

        /// <summary>An attempt is under way.</summary>
        Dialing,

        /// <summary>There is a stream.</summary>
        Open,
    }

    /// <summary>The attempts at one remote address.</summary>
    private sealed class TcpDial(TransportAddress local, TransportAddress remote, Instant due)
    {
        public TransportAddress Local => local;

        public TransportAddress Remote => remote;

        public DialState State { get; private set; } = DialState.Waiting;

        /// <summary>When the attempt begins or is given up; null while neither is to come.</summary>
        public Instant? Due { get; private set; } = due;

        public void Begin(Instant until) => (State, Due) = (DialState.Dialing, until);

        public void Wait(Instant until) => (State, Due) = (DialState.Waiting, until);

        public void Rest(DialState state) => (State, Due) = (state, null);
    }
}
