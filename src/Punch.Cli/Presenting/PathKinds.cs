using Punch.Protocol;

namespace Punch.Cli.Presenting;

/// <summary>The kind of the peer's address, seen from here.</summary>
internal enum PathKind
{
    /// <summary>The same machine.</summary>
    Loopback,

    /// <summary>The same network, without a router in between.</summary>
    Local,

    /// <summary>Over IPv6.</summary>
    V6,

    /// <summary>Over IPv4.</summary>
    V4,
}

/// <summary>Finds the kind of a path by the subnets of this machine.</summary>
internal sealed class PathKinds(Func<IReadOnlyList<LocalAddress>> hosts)
{
    /// <summary>The kind of the path to an address.</summary>
    public PathKind Of(TransportAddress remote) => remote.Host switch
    {
        { IsLoopback: true } => PathKind.Loopback,
        var host when hosts().HasAddress(host) => PathKind.Loopback,
        var host when hosts().IsNear(host) => PathKind.Local,
        { IsV6: true } => PathKind.V6,
        _ => PathKind.V4,
    };

    /// <summary>The text for people.</summary>
    public string Text(TransportAddress remote) => Of(remote) switch
    {
        PathKind.Loopback => "on this machine",
        PathKind.Local => "on the same network",
        PathKind.V6 => "over IPv6",
        _ => "over IPv4",
    };

    /// <summary>The word of docs/json.md for programs.</summary>
    public string Name(TransportAddress remote) => Of(remote) switch
    {
        PathKind.Loopback => "loopback",
        PathKind.Local => "lan",
        PathKind.V6 => "ipv6",
        _ => "ipv4",
    };
}
