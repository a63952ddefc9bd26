namespace Punch.Protocol.Paths;

/// <summary>A way to the peer: the local socket, the destination, and the transport.</summary>
/// <param name="Local">The local address of the socket.</param>
/// <param name="Remote">The peer's address as seen from there.</param>
/// <param name="Via">By what it goes.</param>
public readonly record struct Route(TransportAddress Local, TransportAddress Remote, Via Via = Via.Socket)
{
    /// <summary>
    /// Which address of this machine the peer uses; a wildcard where that is not known. It may change: two routes that differ in it alone
    /// are one.
    /// </summary>
    public HostAddress Source { get; init; }

    /// <inheritdoc/>
    public bool Equals(Route other) => Local == other.Local && Remote == other.Remote && Via == other.Via;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Local, Remote, Via);
}

/// <summary>The way that a route goes.</summary>
public enum Via
{
    /// <summary>A UDP socket of this machine, directly to the peer.</summary>
    Socket,

    /// <summary>The relay of a server, which is the remote address: it sends frames on to the peer.</summary>
    Relay,
}
