namespace Punch.Protocol;

/// <summary>The kinds of <see cref="NetworkNotice"/>.</summary>
public enum NetworkNoticeKind
{
    /// <summary>The addresses of this machine have changed.</summary>
    HostsChanged,

    /// <summary>The system did not send a datagram, or could not bind its local port.</summary>
    SendFailed,

    /// <summary>An ICMP error says that the far end, or a firewall, refused a datagram.</summary>
    Refused,

    /// <summary>An ICMP error says that the hop limit of a datagram ran out on the way.</summary>
    HopLimitExceeded,

    /// <summary>The name of the server has other addresses now.</summary>
    ServersChanged,

    /// <summary>There are routes of their own to some private hosts.</summary>
    RoutesFound,

    /// <summary>The system sends from an address of this machine no more: it is gone, or leads nowhere.</summary>
    SourceLost,

    /// <summary>A stream is open. It may also be one that the far end opened.</summary>
    StreamOpened,

    /// <summary>A stream is closed, or could not be opened.</summary>
    StreamClosed,
}

/// <summary>A notice of the environment to a machine. Anyone can forge an ICMP error, so a notice alone never ends a session.</summary>
public readonly record struct NetworkNotice
{
    /// <summary>The kind of notice.</summary>
    public required NetworkNoticeKind Kind { get; init; }

    /// <summary>The local address of the datagram or stream; for SendFailed and StreamOpened.</summary>
    public TransportAddress Local { get; init; }

    /// <summary>Whether it was not sent because its local port could not be bound; for SendFailed.</summary>
    public bool IsUnbound { get; init; }

    /// <summary>The destination of the datagram, or the far end of the stream; default if the system does not report it.</summary>
    public TransportAddress Remote { get; init; }

    /// <summary>The router or host that sent the error; null if the system does not report it.</summary>
    public HostAddress? Reporter { get; init; }

    /// <summary>The address that is not to be had; for SourceLost.</summary>
    public HostAddress Source { get; init; }

    /// <summary>All addresses of this machine that count; for HostsChanged.</summary>
    public IReadOnlyList<LocalAddress>? Hosts { get; init; }

    /// <summary>Private hosts that are reached by another route than everything is; for RoutesFound.</summary>
    public IReadOnlySet<HostAddress>? Routed { get; init; }

    /// <summary>All addresses of the server; for ServersChanged.</summary>
    public IReadOnlyList<TransportAddress>? Servers { get; init; }

    /// <summary>What was wrong, in words for a user; for StreamClosed. Null if the far end closed it in order.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the far end refused the connection, or a router that answers for it; for StreamClosed.</summary>
    public bool IsRefused { get; init; }

    /// <summary>A stream is open, with these two ends.</summary>
    public static NetworkNotice StreamOpened(TransportAddress local, TransportAddress remote) =>
        new() { Kind = NetworkNoticeKind.StreamOpened, Local = local, Remote = remote };

    /// <summary>The stream to this far end is closed, or could not be opened.</summary>
    public static NetworkNotice StreamClosed(TransportAddress remote, string? reason, bool isRefused = false) =>
        new() { Kind = NetworkNoticeKind.StreamClosed, Remote = remote, Reason = reason, IsRefused = isRefused };

    /// <summary>These private hosts are reached by another route than everything is.</summary>
    public static NetworkNotice RoutesFound(IReadOnlySet<HostAddress> hosts) =>
        new() { Kind = NetworkNoticeKind.RoutesFound, Routed = hosts };

    /// <summary>The server has these addresses now.</summary>
    public static NetworkNotice ServersChanged(IReadOnlyList<TransportAddress> servers) =>
        new() { Kind = NetworkNoticeKind.ServersChanged, Servers = servers };

    /// <summary>This machine has other addresses now.</summary>
    public static NetworkNotice HostsChanged(IReadOnlyList<LocalAddress> hosts) =>
        new() { Kind = NetworkNoticeKind.HostsChanged, Hosts = hosts };

    /// <summary>A datagram could not be sent.</summary>
    public static NetworkNotice SendFailed(TransportAddress from, TransportAddress to, bool isUnbound = false) =>
        new() { Kind = NetworkNoticeKind.SendFailed, Local = from, Remote = to, IsUnbound = isUnbound };

    /// <summary>A datagram could not be sent from this address, and went from another one.</summary>
    public static NetworkNotice SourceLost(HostAddress source) => new() { Kind = NetworkNoticeKind.SourceLost, Source = source };

    /// <summary>A datagram was turned away.</summary>
    public static NetworkNotice Refused(TransportAddress? sentTo, HostAddress? by) =>
        new() { Kind = NetworkNoticeKind.Refused, Remote = sentTo.GetValueOrDefault(), Reporter = by };

    /// <summary>A datagram expired on the way, at the router <paramref name="by"/>.</summary>
    public static NetworkNotice HopLimitExceeded(TransportAddress sentTo, HostAddress by) =>
        new() { Kind = NetworkNoticeKind.HopLimitExceeded, Remote = sentTo, Reporter = by };
}
