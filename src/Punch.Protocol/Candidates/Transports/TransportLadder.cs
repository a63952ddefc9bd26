namespace Punch.Protocol.Candidates.Transports;

/// <summary>
/// The further ways to a server, for networks that drop UDP: other ports, then streams, the likely ones first. While no server answers, it
/// begins another step every 400 ms, and gives up none of the steps before. The way that answers first is kept, and the other streams are
/// closed. All are closed once the server answers over UDP. A stream that breaks is dialed again while it is needed.
/// <para>It knows no rendezvous: it says where to ask the server and where no longer, and is told who answers.</para>
/// </summary>
internal sealed class TransportLadder : IStreamUser
{
    /// <summary>How long a step has before the next one begins beside it.</summary>
    public static readonly TimeSpan StepPause = TimeSpan.FromMilliseconds(400);

    /// <summary>The most addresses. A name server is a stranger.</summary>
    public const int MaxRungs = 16;

    /// <summary>Attempts on each rung without success after which a server that has no UDP address is out of reach.</summary>
    private const int FirmFailures = 2;

    private readonly Queue<StreamRequest> _requests = new();
    private readonly Queue<LadderChange> _changes = new();
    private readonly bool _hasUdp;
    private readonly TransportAddress? _remembered;
    private List<Rung> _rungs;
    private Rung? _kept;
    private int _steps;
    private int _nextStep;
    private Instant? _stepAt;
    private bool _isNeeded = true;

    /// <summary>Begins to climb.</summary>
    /// <param name="addresses">The addresses. Neighbours of one transport and port are one step.</param>
    /// <param name="hasUdp">Whether the server is asked over UDP at once, so that the first step has to wait.</param>
    /// <param name="remembered">The address that answered in this network before, which is tried at once; null for none.</param>
    /// <param name="now">The time.</param>
    public TransportLadder(IReadOnlyList<TransportAddress> addresses, bool hasUdp, TransportAddress? remembered, Instant now)
    {
        _hasUdp = hasUdp;
        _remembered = remembered;
        _rungs = Arrange(addresses);
        Climb(now);
    }

    /// <summary>All rungs, in the order of trying.</summary>
    public IReadOnlyList<Rung> Rungs => _rungs;

    /// <summary>The stream over which the server answers; null for none.</summary>
    public TransportAddress? Kept => _kept?.Address;

    /// <summary>Whether nothing more is to be expected: there is no UDP, and each way failed more than once.</summary>
    public bool HasFailed => !_hasUdp && _nextStep == _steps && _rungs.TrueForAll(rung => rung.Failures >= FirmFailures);

    /// <summary>Whether a stream is being opened for the first time, so that an answer may come yet.</summary>
    public bool IsDialing => _isNeeded && _rungs.Exists(rung => rung is { State: RungState.Dialing, Failures: 0 });

    /// <summary>When <see cref="Timeout"/> must be called next; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            if (!_isNeeded) { return null; }

            Instant? next = _stepAt;
            foreach (Rung rung in _rungs) { next = Instant.Earlier(next, rung.Due); }

            return next;
        }
    }

    /// <summary>Begins the steps and attempts that are due.</summary>
    public void Timeout(Instant now)
    {
        if (!_isNeeded) { return; }

        while (_stepAt <= now) { BeginStep(now); }

        foreach (Rung rung in _rungs)
        {
            if (rung.Due <= now) { Begin(rung); }
        }
    }

    /// <summary>Takes note of a stream that opened or closed, or of a change of this machine's addresses.</summary>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice is { Kind: NetworkNoticeKind.HostsChanged, Hosts: { } hosts })
        {
            // A connection from an address that is gone is dead, and nobody says so for minutes.
            bool isGone = _kept is { Address.IsStream: true } kept && !hosts.Any(host => host.Address == kept.Local.Host);
            if (isGone && !_kept!.Local.Host.IsLoopback) { Break(_kept, "the address of this machine changed", now); }
        }

        if (notice.Kind is not (NetworkNoticeKind.StreamOpened or NetworkNoticeKind.StreamClosed)) { return; }

        TransportAddress remote = notice.Remote;
        if (_rungs.Find(rung => rung.Address == remote) is not { } rung) { return; }

        // Others open streams to a server, too: to learn where it sees a port.
        bool isOpened = notice.Kind == NetworkNoticeKind.StreamOpened;
        if (isOpened && rung.State == RungState.Dialing) { Open(rung, notice.Local); }
        else if (!isOpened && rung.State is (RungState.Dialing or RungState.Open)) { Fail(rung, notice.Reason, now); }
    }

    /// <summary>Follows from who answers now.</summary>
    /// <param name="isUdp">Whether the server answers over UDP.</param>
    /// <param name="answering">The further addresses where it answers.</param>
    /// <param name="now">The time.</param>
    public void Follow(bool isUdp, List<TransportAddress> answering, Instant now)
    {
        if (_kept is { } kept && (isUdp || !answering.Contains(kept.Address))) { Break(kept, "the server stopped answering there", now); }

        if (!isUdp && _kept is null && answering.Count > 0) { KeepOneOf(answering); }

        bool wasNeeded = _isNeeded;
        _isNeeded = !isUdp && _kept is null;
        if (isUdp)
        {
            foreach (Rung rung in _rungs) { Rest(rung); }
        }
        else if (_isNeeded && !wasNeeded)
        {
            Climb(now);
        }
    }

    /// <summary>The server has these further addresses now.</summary>
    public void Use(IReadOnlyList<TransportAddress> addresses, Instant now)
    {
        List<Rung> next = Arrange(addresses);
        foreach (Rung old in _rungs.Where(old => !next.Exists(rung => rung.Address == old.Address) && old != _kept)) { Rest(old); }

        _rungs = [.. next.Select(rung => _rungs.Find(old => old.Address == rung.Address && old.Step == rung.Step) ?? rung)];
        if (_kept is { } kept && !_rungs.Contains(kept)) { _rungs.Add(kept); }

        if (_isNeeded) { Climb(now); }
    }

    /// <summary>Takes the next change of where the server is asked; false if there is none.</summary>
    public bool TryChange(out LadderChange change) => _changes.TryDequeue(out change);

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) => _requests.TryDequeue(out request);

    private List<Rung> Arrange(IReadOnlyList<TransportAddress> addresses)
    {
        var rungs = new List<Rung>();
        foreach (TransportAddress address in addresses.Distinct().Take(MaxRungs))
        {
            bool isSame = rungs.Count > 0 && rungs[^1].Address.Transport == address.Transport && rungs[^1].Address.Port == address.Port;
            rungs.Add(new Rung(address, rungs.Count == 0 ? 0 : rungs[^1].Step + (isSame ? 0 : 1)));
        }

        _steps = rungs.Count == 0 ? 0 : rungs[^1].Step + 1;
        return rungs;
    }

    private void Climb(Instant now)
    {
        _nextStep = 0;
        _stepAt = _steps == 0 ? null : _hasUdp ? now + StepPause : now;
        foreach (Rung rung in _rungs)
        {
            if (rung.Address == _remembered && rung.State == RungState.Idle) { Begin(rung); }
        }

        if (!_hasUdp) { Timeout(now); }
    }

    private void BeginStep(Instant now)
    {
        foreach (Rung rung in _rungs)
        {
            if (rung.Step == _nextStep && rung.State == RungState.Idle) { Begin(rung); }
        }

        _nextStep++;
        _stepAt = _nextStep < _steps ? now + StepPause : null;
    }

    private void Begin(Rung rung)
    {
        rung.Begin();
        if (rung.Address.IsStream) { _requests.Enqueue(new StreamRequest { Action = StreamAction.Open, Remote = rung.Address }); }
        else { _changes.Enqueue(new LadderChange(rung.Address, rung.Address, IsAsked: true)); }
    }

    private void Open(Rung rung, in TransportAddress local)
    {
        rung.Open(local);
        _changes.Enqueue(new LadderChange(rung.Address, local, IsAsked: true));
    }

    private void KeepOneOf(List<TransportAddress> answering)
    {
        if (_rungs.Find(rung => rung.State == RungState.Open && answering.Contains(rung.Address)) is not { } rung) { return; }

        _kept = rung;
        rung.NoteAnswer();
        foreach (Rung other in _rungs)
        {
            if (other != rung) { Rest(other); }
        }
    }

    private void Break(Rung rung, string reason, Instant now)
    {
        Close(rung);
        Fail(rung, reason, now);
    }

    private void Fail(Rung rung, string? reason, Instant now)
    {
        if (rung.State == RungState.Open) { _changes.Enqueue(new LadderChange(rung.Address, rung.Local, IsAsked: false)); }

        rung.Fail(reason, now);
        if (rung == _kept) { _kept = null; }
    }

    private void Rest(Rung rung)
    {
        if (rung.State is RungState.Dialing or RungState.Open) { Close(rung); }

        if (rung.State == RungState.Open) { _changes.Enqueue(new LadderChange(rung.Address, rung.Local, IsAsked: false)); }

        rung.Rest();
    }

    private void Close(Rung rung)
    {
        if (rung.Address.IsStream) { _requests.Enqueue(new StreamRequest { Action = StreamAction.Close, Remote = rung.Address }); }
    }
}

/// <summary>A change of where a server is asked.</summary>
/// <param name="Server">The address of the server, or of a proxy that leads to it.</param>
/// <param name="Local">The near end of the stream.</param>
/// <param name="IsAsked">Whether it is asked there from now on; otherwise no longer.</param>
internal readonly record struct LadderChange(TransportAddress Server, TransportAddress Local, bool IsAsked);
