using Punch.Protocol.Candidates.Relay;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Candidates.Transports;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>Joins at the further addresses of a server as its ladder says, and forgets what depended on a stream that is closed.</summary>
internal sealed class ServerWays(
    TransportLadder ladder, RendezvousSource rendezvous, RelaySource relay, PathFinder finder, LocalPorts ports, OutgoingGate gate)
    : IStreamUser
{
    /// <summary>When <see cref="Timeout"/> must be called next; null for never.</summary>
    public Instant? NextTimeout => ladder.NextTimeout;

    /// <summary>Whether each way to a server without UDP has failed.</summary>
    public bool HaveFailed => ladder.HasFailed;

    /// <summary>Whether a stream is being opened, so that an answer may come yet.</summary>
    public bool AreDialing => ladder.IsDialing;

    /// <summary>The further ways, in the order of trying.</summary>
    public IReadOnlyList<WayOutcome> Outcomes => [.. ladder.Rungs.Where(rung => rung.State != RungState.Idle || rung.Failures > 0)
        .Select(rung => new WayOutcome(rung.Address, rung.State == RungState.Failed ? rung.Reason : null))];

    /// <summary>Whether a server that does not answer there is not worth waiting for: it answers elsewhere.</summary>
    public bool IsNeedless(RendezvousClient client) => ladder.Kept is not null && !client.HasAnswered;

    /// <summary>Takes note of streams, and of other addresses of this machine.</summary>
    public void Note(in NetworkNotice notice, Instant now) => ladder.Note(notice, now);

    /// <summary>Does what is due.</summary>
    public void Timeout(Instant now) => ladder.Timeout(now);

    /// <summary>The server has these further addresses now.</summary>
    public void Use(IReadOnlyList<TransportAddress> addresses, Instant now) => ladder.Use(addresses, now);

    /// <summary>Follows from who answers now.</summary>
    public void Settle(Instant now)
    {
        if (ladder.Rungs.Count == 0) { return; }

        // A loop without closures, since this comes with every datagram.
        bool isUdp = false;
        List<TransportAddress>? answering = null;
        foreach (RendezvousClient client in rendezvous.Clients)
        {
            if (client is not { HasAnswered: true, IsSilent: false }) { continue; }

            if (client.Server.IsStream) { (answering ??= []).Add(client.Server); }
            else { isUdp = true; }
        }

        ladder.Follow(isUdp, answering ?? (IReadOnlyList<TransportAddress>)[], now);
        while (ladder.TryChange(out LadderChange change)) { Apply(change, now); }
    }

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request) => ladder.TryStream(out request);

    private void Apply(in LadderChange change, Instant now)
    {
        if (change.IsAsked)
        {
            gate.Trust(change.Server);
            if (change.Server.IsStream) { ports.Open(change.Server, change.Local); }

            rendezvous.Join(change.Server, now);
            return;
        }

        // A server that answers on another UDP port stays asked there: that port is as good as the first.
        if (!change.Server.IsStream) { return; }

        rendezvous.Drop(change.Server);
        relay.Lose(change.Server);
        ports.Close(change.Server);
        if (finder.Path?.Remote != change.Server) { return; }

        TimeSpan silentFor = now - finder.PathHeardAt;
        finder.Close(silentFor > TimeSpan.Zero ? silentFor : TimeSpan.FromTicks(1), now);
        finder.Seek(now);
    }
}
