using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Relay;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Candidates.Turn;
using Punch.Protocol.Events;
using Punch.Protocol.Paths;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Session.Gathering;

/// <summary>The parts of a meeting that its further ways work with.</summary>
/// <param name="Rendezvous">Knows the servers and the peer.</param>
/// <param name="Finder">Finds the path.</param>
/// <param name="Ports">The local ports.</param>
/// <param name="Gate">Lets datagrams out.</param>
/// <param name="Ids">Makes the ids of requests.</param>
/// <param name="Events">Takes the events.</param>
internal sealed record WayParts(
    RendezvousSource Rendezvous, PathFinder Finder, LocalPorts Ports, OutgoingGate Gate, TransactionIdSource Ids, EventQueue Events);

/// <summary>
/// The ways of a meeting besides UDP between the two sides: the relay of the server, a TURN server, TCP between the two sides, and other
/// transports to the server.
/// </summary>
internal sealed class MeetingWays : IStreamUser, IDisposable
{
    private readonly WayParts _parts;
    private readonly RelaySource _relay;
    private readonly RelayUse _relayUse;
    private readonly TurnSource? _turn;
    private readonly TurnUse _turnUse;
    private readonly TcpUse _streams;
    private readonly ServerWays _servers;

    /// <param name="target">Whom to meet.</param>
    /// <param name="locals">The local UDP ports.</param>
    /// <param name="hasUdp">Whether the server is asked over UDP at once.</param>
    /// <param name="parts">The other parts.</param>
    /// <param name="random">The source of seeds.</param>
    /// <param name="now">The time.</param>
    public MeetingWays(
        SessionTarget.Meeting target,
        IReadOnlyList<TransportAddress> locals,
        bool hasUdp,
        WayParts parts,
        ref SplitMix64 random,
        Instant now)
    {
        _parts = parts;
        _relay = new RelaySource(target.Party, parts.Ids, parts.Events) { Password = target.Password };
        _relayUse = new RelayUse(_relay, parts.Finder, target.Relay);
        _turn = target is { Turn: { } turn, Relay: not RelayPermission.Never }
            ? new TurnSource(turn, locals, parts.Ports.Turned, parts.Gate.Policy, parts.Ids, parts.Events, random.Next())
            : null;
        _turnUse = new TurnUse(_turn, parts.Rendezvous, parts.Finder, parts.Gate, target.Relay, now);
        IReadOnlyList<TransportAddress> streams = target.Relay == RelayPermission.Only ? [] : target.Streams;
        parts.Ports.UseStreams(streams);
        _streams = new TcpUse(streams, parts.Finder, parts.Gate, parts.Ids, random.Next());
        _servers = new ServerWays(target, hasUdp, parts.Rendezvous, _relay, parts.Finder, parts.Ports, parts.Gate, now);
        ICandidateSource[] turned = _turn is null ? [] : [_turn];
        Sources = [_relay, .. turned, .. _streams.Sources];
    }

    /// <summary>The candidate sources.</summary>
    public IReadOnlyList<ICandidateSource> Sources { get; }

    /// <summary>When <see cref="Timeout"/> or a settling has something to do; null for never.</summary>
    public Instant? NextTimeout => Instant.Earlier(
        Instant.Earlier(_relayUse.NextTimeout, _turnUse.NextTimeout), Instant.Earlier(_streams.NextTimeout, _servers.NextTimeout));

    /// <summary>Begins with what takes time.</summary>
    public void Begin(Instant now)
    {
        _turn?.Begin(now);
        _turnUse.Settle(null, now);
    }

    /// <summary>Whether a local address belongs to one of the ways.</summary>
    public bool Owns(in TransportAddress local) => _turnUse.Owns(local);

    /// <inheritdoc cref="TurnUse.Unwrap"/>
    public Datagram Unwrap(in Datagram datagram) => _turnUse.Unwrap(datagram);

    /// <inheritdoc cref="TurnUse.TryCarry"/>
    public bool TryCarry(Span<byte> buffer, ref Transmit transmit, Instant now) => _turnUse.TryCarry(buffer, ref transmit, now);

    /// <summary>Whether a frame came by a way that must not be used.</summary>
    public bool Refuses(in Datagram datagram) => _relayUse.Refuses(datagram) || _turnUse.Refuses(datagram);

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) =>
        _turnUse.TryStream(out request) || _servers.TryStream(out request) || _streams.TryStream(out request);

    /// <summary>Takes in a notice of the environment.</summary>
    public void Note(in NetworkNotice notice, Instant now)
    {
        _turnUse.Note(notice, now);
        _servers.Note(notice, now);
        if (notice.Kind is NetworkNoticeKind.StreamOpened or NetworkNoticeKind.StreamClosed) { _streams.Note(notice, now); }
    }

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now) => _servers.Timeout(now);

    /// <summary>Follows from who answers now: other ways to the server, and TCP to the peer.</summary>
    public void SettleServers(SourceSet sources, RemoteParty? peer, Instant now)
    {
        _servers.Settle(now);
        _streams.Settle(sources, _parts.Rendezvous, peer, now);
    }

    /// <summary>Names the relays, or takes them back.</summary>
    /// <returns>Whether the candidates of the peer changed.</returns>
    public bool SettleRelays(RemoteParty? peer, Instant now)
    {
        bool isTurnChanged = _turnUse.Settle(peer, now);
        if (_parts.Finder.TakeWish() != CandidateWish.None)
        {
            _turnUse.NoteTrouble(now);
            _parts.Rendezvous.AskAgain(_parts.Ports.For, now);
            if (!_parts.Finder.IsRelayed || _parts.Finder.State != PathState.Open) { _relayUse.NoteTrouble(now); }
        }

        if (_relay.TakeUnseated()) { _parts.Rendezvous.CheckSeats(now); }

        _relayUse.Yields = _turnUse.IsPreferred(now);
        return _relayUse.Settle(_parts.Rendezvous, peer, _servers.IsUdpDropped(now), now) | isTurnChanged;
    }

    /// <summary>Whether no server is to be expected any more, or each one refuses.</summary>
    public bool AreServersHopeless(bool hasPeer, Instant now) => _servers.AreHopeless(hasPeer, now);

    /// <summary>Gives up the leg of the relay.</summary>
    public void GiveUpLeg(Instant now) => _relay.Leave(now);

    /// <summary>The session ends.</summary>
    public void Leave(Instant now)
    {
        _relay.Stop(now);
        _turn?.Leave();
    }

    /// <summary>Adds what is known of the ways.</summary>
    public SessionOutcome Tell(SessionOutcome outcome) => outcome with
    {
        Ways = _servers.Outcomes,
        Dials = _streams.Counts,
        HasRelay = _relayUse.IsOffered,
        RelayRefusal = _relay.Refusal,
        TurnRefusal = _turn is { IsReady: false } ? _turn.Refusal ?? default(StunErrorCode) : null,
    };

    /// <inheritdoc/>
    public void Dispose() => _turn?.Dispose();
}
