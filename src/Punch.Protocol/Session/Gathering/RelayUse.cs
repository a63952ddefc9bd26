using Punch.Protocol.Candidates.Relay;
using Punch.Protocol.Candidates.Rendezvous;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Gathering;

/// <summary>
/// When a meeting uses the relay. A leg is bound as soon as the peer is known. It is used after a while without a direct path, at once
/// where there is no direct address to try, and at once when a path that was open falls silent. It is proven before, so that it carries
/// the conversation as soon as it is used.
/// </summary>
internal sealed class RelayUse(RelaySource source, PathFinder finder, RelayPermission permission)
{
    /// <summary>How long direct paths alone are tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After how long without a path the leg is proven: two round trips to a far server are left.</summary>
    private static readonly TimeSpan ProvesAfter = Patience / 2;

    private Instant? _withoutPathSince;

    /// <summary>When <see cref="Settle"/> has something to do; null for never.</summary>
    public Instant? NextTimeout => source.Leg is null || !MayUse || Yields ? null
        : !source.IsNamed ? _withoutPathSince + ProvesAfter
        : finder.Relays.HoldsBack ? _withoutPathSince + Patience : null;

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
            finder.Relays.HoldsBack = false;
            return source.Name(false);
        }

        bool hasDirect = finder is { State: PathState.Open, Path.Via: Via.Socket };
        if (!finder.IsRelayed || finder.State != PathState.Open) { Bind(rendezvous, now); }

        finder.Relays.Leg = MayUse && source.Leg is { } leg ? new Route(leg.Local, leg.Server, Via.Relay) : null;
        _withoutPathSince = hasDirect ? null : _withoutPathSince ?? now;
        bool isHurry = isHurried || finder.Opens > 0 || !HasDirectTarget();
        bool isDue = !hasDirect && (isHurry || _withoutPathSince + Patience <= now);
        bool isSoonDue = hasDirect ? finder.IsDoubtful : _withoutPathSince + ProvesAfter <= now;
        bool isReleased = isDue && finder.Relays.HoldsBack;
        finder.Relays.HoldsBack = !isDue;
        if (isReleased) { finder.UseRelay(now); }

        return source.Name(MayUse && (isDue || isSoonDue));
    }

    private bool HasDirectTarget()
    {
        foreach (ProbeTarget target in finder.Targets)
        {
            if (!target.IsRelayed) { return true; }
        }

        return false;
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
