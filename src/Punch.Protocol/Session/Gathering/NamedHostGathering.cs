using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.NamedHost;
using Punch.Protocol.Candidates.Tcp;
using Punch.Protocol.Events;
using Punch.Protocol.Paths;
using Punch.Protocol.Paths.Plans;
using Punch.Protocol.Session.Wires;

namespace Punch.Protocol.Session.Gathering;

/// <summary>For a peer whose address is known: its addresses, over UDP or TCP, the text wire, and slots of the clock.</summary>
internal sealed class NamedHostGathering : IGathering
{
    /// <summary>
    /// An idle path has a message every few seconds each way, since here messages are all that shows that it works.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a path is open until the ports of the slots are given up: routers have forgotten by then what got no reply. A search that
    /// begins anew opens them again.
    /// </summary>
    private static readonly TimeSpan ReleaseAfter = TimeSpan.FromSeconds(30);

    private readonly LocalPorts _ports;
    private readonly ICandidateSource _source;
    private readonly TcpSource? _streams;
    private Instant? _openSince;
    private bool _isReleased;

    /// <exception cref="ArgumentException">No remote address, too many, or one whose family has no local address.</exception>
    public NamedHostGathering(SessionOptions options, SessionTarget.NamedHost target, EventQueue events, Instant now)
    {
        if (target.Remotes.Count is 0 or > SessionTarget.NamedHost.MaxRemotes)
        {
            throw new ArgumentException($"1 to {SessionTarget.NamedHost.MaxRemotes} remote addresses are needed", nameof(target));
        }

        var random = new SplitMix64(options.Seed);
        _ports = new LocalPorts(options.Locals, random.Next());
        foreach (TransportAddress remote in target.Remotes)
        {
            if (!_ports.Has(remote.Host.IsV6))
            {
                throw new ArgumentException($"no local address of the family of {remote}", nameof(options));
            }
        }

        if (target.Remotes[0].IsStream)
        {
            IEnumerable<(TransportAddress Local, TransportAddress Remote)> ways =
                target.Remotes.Select(remote => (_ports.Current(remote.Host.IsV6), remote));
            _streams = new TcpSource(_ => false, random.Next());
            _streams.Dial(ways, now);
        }

        _source = (ICandidateSource?)_streams ?? new NamedHostSource(target.Remotes);
        Wire = new TextWire(target.Remotes);
        var rules = new PathRules
        {
            Selection = PathSelection.FollowPeer,
            RetryPause = SendSchedule.UnsettledWaits(options.Interval),
            IdlePause = TimeSpan.FromTicks(Math.Max((options.Interval * 2).Ticks, TimeSpan.FromSeconds(6).Ticks)),
            OpensWithPunch = _streams is null,
        };
        IPathPlan plan = Plan(options, target, now);
        foreach (TransportAddress typed in target.Remotes.Concat(plan.Places)) { Gate.Trust(typed); }

        Finder = new PathFinder(rules, plan, _ports, Gate, events, tokenKey: default, random.Next());
        Finder.BeginPeer(now);
        MoveCandidates(now);
    }

    /// <inheritdoc/>
    public OutgoingGate Gate { get; } = new(new DestinationPolicy());

    /// <inheritdoc/>
    public PathFinder Finder { get; }

    /// <inheritdoc/>
    public IPathWire Wire { get; }

    /// <inheritdoc/>
    public bool PeerTrustsPathProof => false;

    /// <inheritdoc/>
    public bool PeerCarriesStreams => false;

    /// <inheritdoc/>
    public bool HasSeveralStreams => _streams?.Ways > 1;

    /// <inheritdoc/>
    public TimeSpan QuietPause => Quiet;

    /// <inheritdoc/>
    public Instant? NextTimeout => _source.NextTimeout;

    /// <inheritdoc/>
    public bool Owns(in TransportAddress local) => !_isReleased || _ports.Owns(local) || local == Finder.Path?.Local;

    /// <inheritdoc/>
    public bool TryReceive(in Datagram datagram, Instant now) => false;

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now) => _source.Note(notice, now);

    /// <inheritdoc/>
    public void Timeout(Instant now) => _source.Timeout(now);

    /// <inheritdoc/>
    public void Settle(Instant now)
    {
        MoveCandidates(now);
        if (_streams is not null)
        {
            _streams.Follow(Finder.Path?.Remote, Finder.State == PathState.Open, now);
            MoveCandidates(now);
        }

        Finder.TakeWish();
        _openSince = Finder.State == PathState.Open ? _openSince ?? now : null;
        _isReleased = now - _openSince >= ReleaseAfter;
    }

    /// <inheritdoc/>
    public void Part(Instant now)
    {
        // Another peer may come from the same address, so it is looked for on.
        if (Finder.Path is not null) { Finder.Reopen(TimeSpan.Zero, now); }
    }

    /// <inheritdoc/>
    public bool IsHopeless(Instant now) => false;

    /// <inheritdoc/>
    public void GiveUpSeats(Instant now)
    {
        // There are none.
    }

    /// <inheritdoc/>
    public void Leave(bool isHandedOver, Instant now) => _source.Stop(now);

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit) => _source.TryTransmit(buffer, out transmit);

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request)
    {
        request = default;
        return _streams?.TryStream(out request) == true;
    }

    /// <inheritdoc/>
    public SessionOutcome Outcome() => new()
    {
        Result = Finder.Opens > 0 ? SessionResult.Proven : SessionResult.Undecided,
        Tried = Finder.Tried,
        HasHeard = Finder.HeardAt is not null,
        Dials = _streams?.Counts,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        // Holds no secrets.
    }

    private static IPathPlan Plan(SessionOptions options, SessionTarget.NamedHost target, Instant now)
    {
        int first = target.Remotes.ToList().FindIndex(remote => !remote.Host.IsV6);
        if (!target.UsesClockSlots || first < 0 || target.Remotes[first].IsStream) { return NoPlan.Instance; }

        TransportAddress local = options.Locals.First(local => !local.Host.IsV6);
        return new ClockSlotPlan(new Route(local, target.Remotes[first]), options.WallClock, now);
    }

    private void MoveCandidates(Instant now)
    {
        bool hasChanged = false;
        while (_source.TryTake(out CandidateChange change))
        {
            hasChanged = true;
            if (change.Kind == CandidateChangeKind.Added) { Finder.Add(change.Candidate); }
            else { Remove(change.Candidate, now); }
        }

        if (!hasChanged) { return; }

        Finder.Renew(TimeSpan.Zero, now);
        Finder.SendDueProbes(now);
    }

    private void Remove(in Candidate candidate, Instant now)
    {
        Finder.Remove(candidate);
        if (Finder.Path is not { } path || path.Remote != candidate.Address) { return; }

        // The stream broke. Another one is dialed, and those that are open are tried again.
        TimeSpan silentFor = now - Finder.PathHeardAt;
        Finder.Close(silentFor > TimeSpan.Zero ? silentFor : TimeSpan.FromTicks(1), now);
        Finder.Restart(now);
    }
}
