namespace Punch.Protocol.Peer;

public sealed partial class PeerSession
{
    /// <summary>Three keepalive gaps of the usual interval; NAT mappings live at least 30 s.</summary>
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(10);

    /// <summary>How long another id must wait before it may take over from one that speaks from another address.</summary>
    private static readonly TimeSpan TakeoverPause = TimeSpan.FromSeconds(2);

    private RemotePeer? _peer;
    private Route? _path;
    private Instant _pathHeardAt;

    private Instant SilentAt
    {
        get
        {
            TimeSpan silence = _options.Interval * 3;
            return _pathHeardAt + (silence > ShortestSilence ? silence : ShortestSilence);
        }
    }

    /// <summary>Whether both sides have their proof and know of the end of data, if it has ended: nobody waits for a message of ours.</summary>
    private bool IsSettled => _path is not null && _peer!.HasProof && (!_hasEnded || _dataEnd.IsTold);

    private TimeSpan? Confirm(RemotePeer peer, in Sighting seen, Instant now)
    {
        if (!peer.Confirm(seen)) { return null; }

        _counters.Answered++;
        if (!_sendTimes.TryFind(seen.Sequence, out Instant sentAt)) { return null; }

        TimeSpan roundTrip = now - sentAt - seen.Held;
        if (roundTrip < TimeSpan.Zero) { return null; }

        _roundTrips.Add(roundTrip);
        return roundTrip;
    }

    private void ChoosePath(RemotePeer peer, in Route route, Instant now)
    {
        if (_path is not { } path)
        {
            OpenPath(peer, route, now);
        }
        else if (peer != _peer)
        {
            // A restarted peer comes back from the same address; another one behind the same NAT has to wait until the path is free.
            if (route != path && now - _pathHeardAt < TakeoverPause) { return; }

            ClosePath(now, now - _pathHeardAt);
            OpenPath(peer, route, now);
        }
        else if (route != path)
        {
            if (!Follows(path, route, now)) { return; }

            _path = route;
            NotePath(PeerEventKind.Moved, route, now);
        }

        _pathHeardAt = now;
    }

    /// <summary>
    /// Whether the path follows the peer to another of its addresses: at once to another port of the same host, since its NAT moved
    /// it. Where several ways work, as with IPv4 and IPv6, the side with the higher id gives way when it no longer hears the peer on
    /// its own choice, and the other stays: two that both give way would follow each other in circles.
    /// </summary>
    private bool Follows(in Route path, in Route route, Instant now)
    {
        bool isMovedByNat = path.Local == route.Local && path.Remote.Host == route.Remote.Host;
        return isMovedByNat || (_options.Id > _peer!.Id && now - _pathHeardAt >= TakeoverPause);
    }

    private void OpenPath(RemotePeer peer, in Route route, Instant now)
    {
        if (_peer != peer)
        {
            if (_peer is { } former) { _counters.Retire(former, _flow); }

            BeginData();
        }

        _peer = peer;
        _path = route;
        _counters.TimeToOpen ??= now - _start;
        NotePath(PeerEventKind.Opened, route, now);
        _counters.Opens++;
    }

    private void ClosePath(Instant now, TimeSpan silentFor)
    {
        Route path = _path!.Value;
        _path = null;
        _formerPath = path;
        _events.Enqueue(new PeerEvent { Kind = PeerEventKind.Closed, Remote = path.Remote, Elapsed = now - _start, SilentFor = silentFor });
        BeginPunching(now);
    }

    private void NotePath(PeerEventKind kind, in Route route, Instant now) => _events.Enqueue(new PeerEvent
    {
        Kind = kind,
        Local = route.Local,
        Remote = route.Remote,
        Elapsed = now - _start,
        RoundTrip = _roundTrips.HasAny ? _roundTrips.Last : null,
        IsMoved = !_remotes.Contains(route.Remote) && !IsInSlot(route),
        IsSlot = IsInSlot(route),
        IsReopened = kind == PeerEventKind.Opened && _counters.Opens > 0,
    });
}
