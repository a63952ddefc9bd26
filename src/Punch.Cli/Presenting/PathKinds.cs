using Punch.Protocol;

namespace Punch.Cli.Presenting;

/// <summary>What an address of the peer is, seen from here.</summary>
internal enum PathKind
{
    /// <summary>This very machine.</summary>
    Loopback,

    /// <summary>The same network: no router stands between.</summary>
    Local,

    /// <summary>Over IPv6.</summary>
    V6,

    /// <summary>Over IPv4.</summary>
    V4,
}

/// <summary>Tells kinds of paths apart by the subnets that this machine stands in.</summary>
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

    /// <summary>For people.</summary>
    public string Text(TransportAddress remote) => Of(remote) switch
    {
        PathKind.Loopback => "on this machine",
        PathKind.Local => "on the same network",
        PathKind.V6 => "over IPv6",
        _ => "over IPv4",
    };

    /// <summary>For programs: a word of docs/json.md.</summary>
    public string Name(TransportAddress remote) => Of(remote) switch
    {
        PathKind.Loopback => "loopback",
        PathKind.Local => "lan",
        PathKind.V6 => "ipv6",
        _ => "ipv4",
    };
}
