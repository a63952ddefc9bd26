using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Candidates.Turn;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// When a meeting uses the addresses that TURN servers lend: this side's, if it has a server, and the peer's. They are tried after a while
/// without a direct path, at once where there is no direct address to try, and at once when a path that was open falls silent.
/// <para>
/// The peer's relayed address is an address like any other, except that a server stands behind it. The way through the own server is an
/// address of the peer with the transport <see cref="Transport.Turned"/>. The server sends only to hosts that it names itself here:
/// where rendezvous servers see the peer, and public addresses that the peer names.
/// </para>
/// <para>
/// The peer knows a relayed address by its being named, and would take it for a direct one before. So an address that comes late is used
/// once a rendezvous server has passed it on.
/// </para>
/// </summary>
internal sealed class TurnUse(
    TurnSource? source, RendezvousSource rendezvous, PathFinder finder, OutgoingGate gate, RelayPermission permission, Instant start)
{
    /// <summary>How long a server that has not replied yet is preferred to the relay of the rendezvous server.</summary>
    private static readonly TimeSpan Head = TimeSpan.FromSeconds(3);

    /// <summary>How long a rendezvous server may take to pass an address on. One that is silent is not waited for.</summary>
    private static readonly TimeSpan TellingTime = TimeSpan.FromSeconds(2);

    /// <summary>How many relayed addresses of the peer are remembered: it may name others without end.</summary>
    private const int MaxRelays = 8;

    private readonly CandidateSet _candidates = new(CandidateSide.Remote);
    private readonly List<TransportAddress> _relays = new(MaxRelays);
    private Instant? _withoutPathSince;
    private bool _isDue;
    private bool _isNamed;
    private bool _wasReady;
    private bool _isStale;
    private bool _isTold;
    private Instant _readyAt;
    private int _grantedBefore;
    private RemoteParty? _peer;
    private object? _hello;
    private (RemoteParty.Sighting? V4, RemoteParty.Sighting? V6) _seen;

    /// <summary>When <see cref="Settle"/> has something to do; null for never.</summary>
    public Instant? NextTimeout => Instant.Earlier(
        _wasReady && !_isTold ? _readyAt + TellingTime : null,
        _isDue || _isNamed || !HasAny ? null : _withoutPathSince + RelayUse.Patience);

    /// <summary>Whether a way through this side's server is there, or soon may be: then no other relay is needed.</summary>
    public bool IsPreferred(Instant now) =>
        source is { IsEnded: false } && MayUse && (source.IsReady || (source.Refusal is null && now - start < Head));

    private bool MayUse => permission != RelayPermission.Never;

    private bool HasAny => MayUse && (source is { IsReady: true } || _relays.Count > 0);

    /// <summary>Whether a local address belongs to the way through the server.</summary>
    public bool Owns(in TransportAddress local) => source is not null && (source.Owns(local) || source.Uses(local));

    /// <summary>Whether a datagram came from a relayed address of the peer that must not be used.</summary>
    public bool Refuses(in Datagram datagram) => !MayUse && _relays.Contains(datagram.From);

    /// <summary>What a peer sent through the server. Before that way is tried, it is left in its message, which nobody reads.</summary>
    public Datagram Unwrap(in Datagram datagram) => source is not null && _isDue ? source.Unwrap(datagram) : datagram;

    /// <summary>Puts what goes through the server into a message to it; false if that is lost.</summary>
    public bool TryCarry(Span<byte> buffer, ref Transmit transmit, Instant now) =>
        transmit.To.Transport != Transport.Turned || source?.TryWrap(buffer, ref transmit, now) == true;

    /// <summary>Takes the next request about the stream to the server.</summary>
    public bool TryStream(out StreamRequest request)
    {
        request = default;
        return source?.TryStream(out request) == true;
    }

    /// <summary>Passes on what the stream to the server does.</summary>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice.Kind is NetworkNoticeKind.StreamOpened or NetworkNoticeKind.StreamClosed) { source?.Note(notice, now); }
    }

    /// <summary>The path is in trouble, and the server may have lost what carries it.</summary>
    public void NoteTrouble(Instant now)
    {
        if (finder is { Opens: > 0, State: not PathState.Open }) { source?.Check(now); }
    }

    /// <summary>Names addresses, or takes them back. Returns whether the candidates of the peer changed.</summary>
    public bool Settle(RemoteParty? peer, Instant now)
    {
        if (source is not null) { gate.Trust(source.Server); }

        bool isReady = source is { IsReady: true };
        if (isReady != _wasReady)
        {
            // The peer is told of the new address, or that the old one is gone.
            (_wasReady, _isStale) = (isReady, true);
            (_isTold, _readyAt, _grantedBefore) = (false, now, rendezvous.Granted);
            finder.Ask(CandidateWish.Again);
        }

        NoteTold(now);

        NotePeer(peer, now);
        bool hasDirect = finder is { State: PathState.Open, Path.Via: Via.Socket };
        finder.Relays.HasTurn = HasAny;
        _withoutPathSince = peer is null || hasDirect ? null : _withoutPathSince ?? now;
        _isDue = MayUse && peer is not null
            && (_isDue || finder.Opens > 0 || finder.Targets.Count == 0 || _withoutPathSince + RelayUse.Patience <= now);
        bool isNamed = _isDue && !hasDirect;
        if (isNamed == _isNamed && !_isStale) { return false; }

        (_isNamed, _isStale) = (isNamed, false);
        _candidates.Replace(isNamed ? Ways(peer!) : []);
        return Move();
    }

    private void NoteTold(Instant now)
    {
        bool isTold = rendezvous.Granted > _grantedBefore || now - _readyAt >= TellingTime;
        if (!_wasReady || _isTold || !isTold) { return; }

        (_isTold, _isStale) = (true, true);
    }

    private void NotePeer(RemoteParty? peer, Instant now)
    {
        bool isNew = peer != _peer;
        if (isNew) { _isDue = false; }

        bool isKnown = !isNew && ReferenceEquals(peer?.Hello, _hello) && _seen == (peer?.V4, peer?.V6);
        if (isKnown) { return; }

        (_peer, _hello, _seen) = (peer, peer?.Hello, (peer?.V4, peer?.V6));
        _isStale = true;
        if (peer is null) { return; }

        foreach (Candidate candidate in peer.Hello.Candidates)
        {
            bool isRelay = candidate.Kind == CandidateKind.Relayed && !_relays.Contains(candidate.Address);
            if (!isRelay) { continue; }

            if (_relays.Count == MaxRelays) { _relays.RemoveAt(0); }

            _relays.Add(candidate.Address);
        }

        finder.Relays.OfPeer = _relays;
        source?.Permit([.. Places(peer).Select(place => place.Host).Distinct()], now);
    }

    // A way that needs one server comes before one that needs two.
    private IEnumerable<Candidate> Ways(RemoteParty peer)
    {
        IEnumerable<TransportAddress> ways = Relays(peer);
        if (source is { IsReady: true } && _isTold)
        {
            ways = ways.Concat(Places(peer).Where(place => source.Reaches(place.Host))
                .Select(place => place with { Transport = Transport.Turned }));
        }

        return ways.Take(TargetTable.RelayedCapacity).Select(way => new Candidate(CandidateKind.Relayed, way));
    }

    private IEnumerable<TransportAddress> Relays(RemoteParty peer) => peer.Hello.Candidates
        .Where(candidate => candidate.Kind == CandidateKind.Relayed && gate.Policy.Allows(candidate.Address))
        .Select(candidate => candidate.Address);

    // Where the server may send to: a private address would be one of the server's own network.
    private IEnumerable<TransportAddress> Places(RemoteParty peer)
    {
        IEnumerable<TransportAddress> seen = new[] { peer.V4, peer.V6 }.OfType<RemoteParty.Sighting>()
            .Where(sighting => gate.Policy.AllowsSeen(sighting.Address with { Transport = Transport.Turned }, sighting.Server))
            .Select(sighting => sighting.Address);
        IEnumerable<TransportAddress> named = peer.Hello.Candidates.OrderByDescending(candidate => candidate.Kind == CandidateKind.Relayed)
            .Select(candidate => candidate.Address)
            .Where(address => address.Host.IsPublic() && gate.Policy.Allows(address with { Transport = Transport.Turned }));
        return seen.Concat(named).Distinct();
    }

    private bool Move()
    {
        bool isChanged = false;
        while (_candidates.TryTake(out CandidateChange change))
        {
            isChanged = true;
            if (change.Kind == CandidateChangeKind.Added) { finder.Add(change.Candidate); }
            else { finder.Remove(change.Candidate); }
        }

        return isChanged;
    }
}
