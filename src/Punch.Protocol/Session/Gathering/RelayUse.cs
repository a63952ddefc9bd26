using Punch.Protocol.Candidates.Relay;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// When a meeting uses the relay. A leg is bound as soon as the peer is known. It is tried after a while without a direct path, at once
/// where there is no direct address to try, and at once when a path that was open falls silent.
/// </summary>
internal sealed class RelayUse(RelaySource source, PathFinder finder, RelayPermission permission)
{
    /// <summary>How long direct paths alone are tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private Instant? _withoutPathSince;

    /// <summary>When <see cref="Settle"/> has something to do; null for never.</summary>
    public Instant? NextTimeout =>
        source is { Leg: not null, IsNamed: false } && MayUse && !Yields ? _withoutPathSince + Patience : null;

    /// <summary>Whether a server would relay between the two.</summary>
    public bool IsOffered => source.Leg is not null;

    /// <summary>Whether another relay is preferred.</summary>
    public bool Yields { get; set; }

    private bool MayUse => permission != RelayPermission.Never;

    /// <summary>Whether a datagram came by a way that must not be used.</summary>
    public bool Refuses(in Datagram datagram) => permission switch
    {
        RelayPermission.Fallback => false,
        RelayPermission.Never => finder.RouteOf(datagram).Via == Via.Relay,
        _ => finder.RouteOf(datagram).Via != Via.Relay,
    };

    /// <summary>Binds, names or takes back. Returns whether the candidates changed.</summary>
    /// <param name="rendezvous">Where this side has seats.</param>
    /// <param name="peer">The peer; null for none.</param>
    /// <param name="isHurried">Whether no direct path is likely, as where UDP is dropped.</param>
    /// <param name="now">The time.</param>
    public bool Settle(RendezvousSource rendezvous, RemoteParty? peer, bool isHurried, Instant now)
    {
        if (Yields || peer is not { Hello.Relays: true })
        {
            _withoutPathSince = null;
            return source.Name(false);
        }

        bool hasDirect = finder is { State: PathState.Open, Path.Via: Via.Socket };
        if (!finder.IsRelayed || finder.State != PathState.Open) { Bind(rendezvous, now); }

        finder.Relays.Leg = MayUse && source.Leg is { } leg ? new Route(leg.Local, leg.Server, Via.Relay) : null;
        _withoutPathSince = hasDirect ? null : _withoutPathSince ?? now;
        bool isDue = finder.Opens > 0 || finder.Targets.Count == 0 || isHurried || _withoutPathSince + Patience <= now;
        return source.Name(MayUse && !hasDirect && isDue);
    }

    /// <summary>The path is in trouble, and the leg may be, too.</summary>
    public void NoteTrouble(Instant now) => source.Renew(now);

    // A leg that carries the path stays as it is: the seat may be at a fresh port by now, which is for direct paths.
    private void Bind(RendezvousSource rendezvous, Instant now)
    {
        foreach (RendezvousClient client in rendezvous.Clients)
        {
            if (!client.IsStored || client.IsSilent) { continue; }

            source.Bind(client.Server, client.Local, rendezvous.RoomOf(client), client.Nonce, now);
            return;
        }
    }
}
