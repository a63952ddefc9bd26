namespace Punch.Protocol.Meeting.Agent;

/// <summary>
/// Finds a direct path to the peer and keeps it, as ICE does (RFC 8445) and with other means: all addresses of the peer are probed at
/// once with sealed frames, the first that answers is the path, and a much quicker one takes over early on. Each side chooses for itself.
/// <para>
/// Whoever learns of the peer by an answer of the server dials. Whoever is told first opens its own NAT with primes, which end before the
/// peer's NAT, and goes on in earnest when an authentic frame comes or a moment has passed. What fails for a while is tried from fresh
/// ports, round by round: the one who begins joins from the fresh port and waits; the other takes one too, primes, and joins; then the
/// first dials.
/// </para>
/// <para>
/// An open path is probed about once a second. Silence makes it suspected: everything is tried again; later it counts as closed. Parts:
/// introductions, rounds, probing, the path, each in its own file. It never probes more than <see cref="TargetTable.Capacity"/> addresses,
/// sends at most 50 frames a second to places that have not proven themselves, and answers no frame that is not authentic.
/// </para>
/// </summary>
internal sealed partial class ConnectionAgent : IDisposable
{
    /// <summary>How many fresh ports may prove not to be had, in a session's life: sending may fail for other reasons.</summary>
    private const int MaxReplaced = 16;

    private readonly MeetSessionOptions _options;
    private readonly MeetingKeys _keys;
    private readonly EphemeralKey _key;
    private readonly OwnSockets _sockets;
    private readonly Outbox _outbox;
    private readonly MeetNews _news;
    private readonly ProbeTokens _tokens;
    private readonly TargetTable _targets = new();
    private readonly FormerSessions _former = new();
    private IReadOnlyList<LocalAddress> _hosts;
    private SplitMix64 _random;
    private RemoteParty? _peer;
    private int _replaced;
    private JoinWish _wish;

    public ConnectionAgent(
        MeetSessionOptions options,
        MeetingKeys keys,
        EphemeralKey key,
        OwnSockets sockets,
        Outbox outbox,
        MeetNews news,
        (ulong High, ulong Low) tokenKey,
        ulong seed)
    {
        _options = options;
        _keys = keys;
        _key = key;
        _sockets = sockets;
        _outbox = outbox;
        _news = news;
        _tokens = new ProbeTokens(tokenKey.High, tokenKey.Low);
        _hosts = options.Hosts;
        _random = new SplitMix64(seed);
    }

    /// <summary>The peer; null before an introduction.</summary>
    public RemoteParty? Peer => _peer;

    /// <summary>Whether the own mapping depends on the destination: then primes are of no use, the peer cannot come in by them.</summary>
    public Dependence OwnMapping { get; set; }

    /// <summary>What is tried, for tests.</summary>
    internal TargetTable Targets => _targets;

    public Instant? NextTimeout
    {
        get
        {
            Instant? next = Instant.Earlier(NextRound, NextPathTimeout);
            foreach (ProbeTarget target in _targets) { next = Instant.Earlier(next, target.Next); }

            return next;
        }
    }

    /// <summary>What is wanted of the servers, once.</summary>
    public JoinWish TakeWish()
    {
        JoinWish wish = _wish;
        _wish = JoinWish.None;
        return wish;
    }

    public void Timeout(Instant now)
    {
        WatchPath(now);
        WatchRound(now);
        SendDueProbes(now);
    }

    /// <summary>The own addresses have changed: the path may be dead, and the peer must hear of it.</summary>
    public void NoteHosts(IReadOnlyList<LocalAddress> hosts, Instant now)
    {
        _hosts = hosts;
        Ask(JoinWish.Again);
        if (_peer is null) { return; }

        RenewTargets(now, TimeSpan.Zero);
        if (_path is not null) { Suspect(now); }
    }

    /// <summary>A server sees us elsewhere now: so will the peer, and what was tried before may work.</summary>
    public void NoteMapped(Instant now)
    {
        if (_peer is not null && _path is null) { KeepTrying(now); }
    }

    /// <summary>A fresh port that can't be had is replaced by another; the first port stays, whatever happens.</summary>
    public void NoteSendFailed(in TransportAddress local, Instant now)
    {
        if (_replaced >= MaxReplaced || !_sockets.TryDiscard(local)) { return; }

        _replaced++;
        TakeFreshPort(_round, now);
        if (_peer is not null) { RenewTargets(now, HasBegunRound ? TimeSpan.Zero : Priming); }
    }

    /// <summary>Seals a datagram of the session over the path; 0 when it is too long or there is no peer.</summary>
    public int Seal(ReadOnlySpan<byte> payload, Span<byte> destination) =>
        _peer?.Session.Seal(FrameType.Payload, payload, destination) ?? 0;

    public void Dispose() => _peer?.Dispose();

    private void Ask(JoinWish wish) => _wish = wish > _wish ? wish : _wish;
}

/// <summary>What the agent wants of the servers.</summary>
internal enum JoinWish
{
    None,

    /// <summary>To be asked again: the own hello or address changed.</summary>
    Again,

    /// <summary>To be joined from the fresh ports.</summary>
    FromFreshPort,
}
