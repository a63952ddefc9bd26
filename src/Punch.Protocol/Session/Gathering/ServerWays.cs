using Punch.Protocol.Candidates.Relay;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Candidates.Transports;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// Joins at the further addresses of a server as its ladder says, forgets what depended on a stream that is closed, and tells when no
/// server is to be expected any more.
/// </summary>
internal sealed class ServerWays : IStreamUser
{
    // Two steps of the ladder, so that a lost datagram or a long way does not look like a firewall.
    private static readonly TimeSpan UdpPatience = TransportLadder.StepPause * 2;

    private readonly SessionTarget.Meeting _target;
    private readonly bool _hasUdp;
    private readonly TransportLadder _ladder;
    private readonly RendezvousSource _rendezvous;
    private readonly RelaySource _relay;
    private readonly PathFinder _finder;
    private readonly LocalPorts _ports;
    private readonly OutgoingGate _gate;
    private readonly Instant _start;

    /// <param name="target">Names the ways.</param>
    /// <param name="hasUdp">Whether the server is asked over UDP at once.</param>
    /// <param name="rendezvous">Joins.</param>
    /// <param name="relay">Loses a leg with its stream.</param>
    /// <param name="finder">Loses a path with its stream.</param>
    /// <param name="ports">Learns the near ends of streams.</param>
    /// <param name="gate">Learns the addresses.</param>
    /// <param name="now">The time.</param>
    public ServerWays(
        SessionTarget.Meeting target,
        bool hasUdp,
        RendezvousSource rendezvous,
        RelaySource relay,
        PathFinder finder,
        LocalPorts ports,
        OutgoingGate gate,
        Instant now)
    {
        _target = target;
        _hasUdp = hasUdp;
        _ladder = new TransportLadder(target.Ways, hasUdp, target.KnownWay, now);
        _rendezvous = rendezvous;
        _relay = relay;
        _finder = finder;
        _ports = ports;
        _gate = gate;
        _start = now;
    }

    /// <summary>When <see cref="Timeout"/> must be called next, or <see cref="AreHopeless"/> may change; null for never.</summary>
    public Instant? NextTimeout
    {
        get
        {
            bool isPatient = !_rendezvous.HasAnyReply() && !_ladder.IsDialing;
            return Instant.Earlier(_ladder.NextTimeout, isPatient ? _start + MeetingPace.ServerPatience : null);
        }
    }

    /// <summary>The further ways, in the order of trying.</summary>
    public IReadOnlyList<WayOutcome> Outcomes => [.. _ladder.Rungs.Where(rung => rung.State != RungState.Idle || rung.Failures > 0)
        .Select(rung => new WayOutcome(rung.Address, rung.State == RungState.Failed ? rung.Reason : null))];

    /// <summary>Whether UDP seems to be dropped here: the server answers on a stream, and did not over UDP for a while.</summary>
    public bool IsUdpDropped(Instant now) => _hasUdp && _ladder.Kept is not null && now - _start >= UdpPatience;

    /// <summary>Whether no server is to be expected any more, or each one refuses.</summary>
    public bool AreHopeless(bool hasPeer, Instant now)
    {
        bool isLate = _start + MeetingPace.ServerPatience <= now && !_ladder.IsDialing;
        if (!_rendezvous.HasAnyReply() && (isLate || _ladder.HasFailed)) { return true; }

        // A path needs no server; without one, a server that has not replied yet may still let us in.
        return !hasPeer
            && _rendezvous.Clients.Exists(client => client.Refusal is not null)
            && _rendezvous.Clients.TrueForAll(client => client.Refusal is not null || IsNeedless(client));
    }

    /// <summary>Takes note of streams, and of other addresses of the server and of this machine.</summary>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice is { Kind: NetworkNoticeKind.ServersChanged, Servers: { } servers }) { Use(servers, now); }

        _ladder.Note(notice, now);
    }

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now) => _ladder.Timeout(now);

    /// <summary>Follows from who answers now.</summary>
    public void Settle(Instant now)
    {
        if (_ladder.Rungs.Count == 0) { return; }

        // A loop without closures, since this comes with every datagram.
        bool isUdp = false;
        List<TransportAddress>? answering = null;
        foreach (RendezvousClient client in _rendezvous.Clients)
        {
            if (client is not { HasAnswered: true, IsSilent: false }) { continue; }

            if (client.Server.IsStream) { (answering ??= []).Add(client.Server); }
            else { isUdp = true; }
        }

        _ladder.Follow(isUdp, answering ?? (IReadOnlyList<TransportAddress>)[], now);
        while (_ladder.TryChange(out LadderChange change)) { Apply(change, now); }
    }

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) => _ladder.TryStream(out request);

    // A server that answers elsewhere is not waited for here.
    private bool IsNeedless(RendezvousClient client) => _ladder.Kept is not null && !client.HasAnswered;

    // The addresses on the usual ports are asked as always, the others step by step.
    private void Use(IReadOnlyList<TransportAddress> servers, Instant now)
    {
        ILookup<bool, TransportAddress> usual = servers.ToLookup(server =>
            !server.IsStream && _target.Servers.Any(known => known.Port == server.Port));
        foreach (TransportAddress server in usual[true]) { _gate.Trust(server); }

        _rendezvous.Note(NetworkNotice.ServersChanged([.. usual[true].Where(server => _ports.Has(server.Host.IsV6))]), now);
        _ladder.Use([.. usual[false]], now);
    }

    private void Apply(in LadderChange change, Instant now)
    {
        if (change.IsAsked)
        {
            _gate.Trust(change.Server);
            if (change.Server.IsStream) { _ports.Open(change.Server, change.Local); }

            _rendezvous.Join(change.Server, now);
            return;
        }

        // A server that answers on another UDP port stays asked there: that port is as good as the first.
        if (!change.Server.IsStream) { return; }

        _rendezvous.Drop(change.Server);
        _relay.Lose(change.Server);
        _ports.Close(change.Server);
        if (_finder.Path?.Remote != change.Server) { return; }

        TimeSpan silentFor = now - _finder.PathHeardAt;
        _finder.Close(silentFor > TimeSpan.Zero ? silentFor : TimeSpan.FromTicks(1), now);
        _finder.Seek(now);
    }
}
