using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Candidates.Tcp;
using Punch.Protocol.Paths;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// When a meeting uses TCP: if a while with the peer has brought no direct path. Each side learns where a server sees its TCP port, or
/// assumes it where UDP is blocked, and tells that in its hello. Then both dial at one instant. It follows from the moments at which the
/// server passed both hellos on, and each side knows these from its own clock and the round trip to the server.
/// </summary>
internal sealed class TcpUse
{
    /// <summary>How long UDP alone is tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.25);

    /// <summary>The time from the later of the two hellos to the instant: most messages of a server take less.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMilliseconds(250);

    private readonly TcpMapping[] _mappings;
    private readonly TcpSource _source;
    private readonly PathFinder _finder;
    private readonly OutgoingGate _gate;
    private Instant _settledAt;
    private Instant? _since;
    private Instant? _announcedAt;
    private Instant? _heardAt;
    private bool _hasDialed;
    private RemoteParty? _peer;

    /// <param name="locals">The local TCP addresses, one of each family; empty where TCP is not used.</param>
    /// <param name="finder">Finds the path.</param>
    /// <param name="gate">Lets datagrams out.</param>
    /// <param name="ids">Makes the ids of requests.</param>
    /// <param name="seed">The seed of random pauses.</param>
    public TcpUse(IReadOnlyList<TransportAddress> locals, PathFinder finder, OutgoingGate gate, TransactionIdSource ids, ulong seed)
    {
        _mappings = [.. locals.Select(local => new TcpMapping(local, ids))];
        _source = new TcpSource(remote => gate.IsTyped(remote), seed);
        _finder = finder;
        _gate = gate;
    }

    /// <summary>The candidate sources.</summary>
    public IEnumerable<ICandidateSource> Sources => [.. _mappings, _source];

    /// <summary>What the attempts came to; null where none were made.</summary>
    public DialCounts? Counts => _hasDialed ? _source.Counts : null;

    /// <summary>When <see cref="Settle"/> has something to do; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = _hasDialed || _since is null ? null : HasBegun ? DialAt : _since + Patience;
            return next > _settledAt ? next : null;
        }
    }

    private bool HasBegun => Array.Exists(_mappings, mapping => mapping.Server != default);

    private TimeSpan HalfRoundTrip => (Array.Find(_mappings, mapping => mapping.RoundTrip is not null)?.RoundTrip ?? TimeSpan.Zero) / 2;

    private Instant? DialAt => _announcedAt is { } own && _heardAt is { } heard
        ? (own + HalfRoundTrip > heard - HalfRoundTrip ? own + HalfRoundTrip : heard - HalfRoundTrip) + Notice
        : null;

    /// <summary>Takes in a notice about a stream.</summary>
    public void Note(in NetworkNotice notice, Instant now)
    {
        // Streams to servers leave from other ports.
        TransportAddress local = notice.Local;
        bool isOther = notice.Kind == NetworkNoticeKind.StreamOpened
            && !Array.Exists(_mappings, mapping => mapping.Local.Port == local.Port && mapping.Local.Host.IsV6 == local.Host.IsV6);
        if (isOther) { return; }

        foreach (TcpMapping mapping in _mappings) { mapping.Note(notice, now); }

        _source.Note(notice, now);
    }

    /// <summary>Takes the next request about a stream; false if there is none.</summary>
    public bool TryStream(out StreamRequest request)
    {
        foreach (TcpMapping mapping in _mappings)
        {
            if (mapping.TryStream(out request)) { return true; }
        }

        return _source.TryStream(out request);
    }

    /// <summary>Begins what is due, and moves what streams have brought to the finder.</summary>
    public void Settle(SourceSet sources, RendezvousSource rendezvous, RemoteParty? peer, Instant now)
    {
        if (_mappings.Length == 0) { return; }

        _settledAt = now;
        UsePeer(peer);
        bool isWanted = peer is not null && _finder.IsTrying;
        _since = isWanted ? _since ?? now : null;
        if (_since + Patience <= now) { Begin(rendezvous, now); }

        bool hasMoved = sources.MoveCandidates();
        if (_announcedAt is null && Array.Exists(_mappings, mapping => mapping.RoundTrip is not null))
        {
            _announcedAt = now;
            _finder.Ask(CandidateWish.Again);
        }

        TransportAddress[] remotes = Remotes(peer);
        if (remotes.Length > 0) { _heardAt ??= now; }

        if (!_hasDialed && isWanted && DialAt <= now)
        {
            _hasDialed = true;
            _source.Dial(remotes.Select(remote => (Local(remote)!.Value, remote)), now);
        }

        if (_hasDialed) { Follow(now); }

        if (!sources.MoveCandidates() && !hasMoved) { return; }

        _finder.Renew(TimeSpan.Zero, now);
        _finder.SendDueProbes(now);
    }

    // Another peer has other addresses.
    private void UsePeer(RemoteParty? peer)
    {
        if (_peer == peer) { return; }

        _peer = peer;
        _heardAt = null;
        _hasDialed = false;
    }

    private void Begin(RendezvousSource rendezvous, Instant now)
    {
        foreach (TcpMapping mapping in _mappings)
        {
            if (mapping.Server != default) { continue; }

            if (Client(rendezvous, mapping, Transport.Udp) is { } client)
            {
                TransportAddress server = client.Server with { Transport = Transport.Tcp };
                _gate.Trust(server);
                mapping.Begin(server, now);
            }
            else if (Client(rendezvous, mapping, Transport.Tcp) is { Mapped: { } mapped } streaming)
            {
                mapping.Assume(streaming.Server, mapped.Host);
            }
        }
    }

    private static RendezvousClient? Client(RendezvousSource rendezvous, TcpMapping mapping, Transport transport) =>
        rendezvous.Clients.Find(client => client.HasAnswered
            && client.Server.Transport == transport && client.Server.Host.IsV6 == mapping.Local.Host.IsV6);

    private void Follow(Instant now)
    {
        Route? path = _finder.Path;
        bool isOurs = path is { Via: Via.Socket, Remote.IsStream: true };
        if (isOurs && !_source.IsOpen(path!.Value.Remote))
        {
            TimeSpan silentFor = now - _finder.PathHeardAt;
            _finder.Close(silentFor > TimeSpan.Zero ? silentFor : TimeSpan.FromTicks(1), now);
            _finder.Restart(now);
        }

        _source.Follow(isOurs ? _finder.Path?.Remote : null, isHealthy: !_finder.IsTrying, now);
    }

    private TransportAddress? Local(TransportAddress remote) =>
        Array.Find(_mappings, mapping => mapping.Local.Host.IsV6 == remote.Host.IsV6)?.Local;

    private TransportAddress[] Remotes(RemoteParty? peer) => peer is null
        ? []
        :
        [
            .. peer.Hello.Candidates.Select(candidate => _gate.Policy.OnLink(candidate.Address))
                .Where(address => address.IsStream && _gate.Policy.Allows(address) && Local(address) is not null),
        ];
}
