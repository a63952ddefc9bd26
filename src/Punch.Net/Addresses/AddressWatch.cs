using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>
/// Watches this machine's addresses that a peer may try, those towards the given hosts first. It looks again once a second, because
/// machines change networks.
/// </summary>
public sealed class AddressWatch : INetworkWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<TransportAddress> _remotes;
    private readonly IReadOnlyList<TransportAddress> _locals;

    /// <summary>Reads the addresses for the first time.</summary>
    /// <param name="remotes">
    /// The hosts that a path leads to. If one is on loopback, all are on this machine, and loopback addresses count.
    /// </param>
    /// <param name="locals">The bound sockets.</param>
    /// <param name="now">The current time.</param>
    public AddressWatch(IReadOnlyList<TransportAddress> remotes, IReadOnlyList<TransportAddress> locals, Instant now)
    {
        _remotes = remotes;
        _locals = locals;
        Next = now + Interval;
        Current = Look();
    }

    /// <summary>The addresses of the last look.</summary>
    public IReadOnlyList<LocalAddress> Current { get; private set; }

    /// <summary>Whether the interfaces could not be listed. Then the addresses are those that the system sends from.</summary>
    public bool IsByRoute { get; private set; }

    /// <inheritdoc/>
    public Instant? Next { get; private set; }

    /// <inheritdoc/>
    public bool TryNotice(Instant now, out NetworkNotice notice)
    {
        notice = default;
        if (now < Next) { return false; }

        Next = now + Interval;
        IReadOnlyList<LocalAddress> seen = Look();
        if (seen.SequenceEqual(Current)) { return false; }

        Current = seen;
        notice = NetworkNotice.HostsChanged(seen);
        return true;
    }

    private LocalAddress[] Look()
    {
        LoopbackUse loopback = _remotes.Any(remote => remote.Host.IsLoopback) ? LoopbackUse.Included : LoopbackUse.Excluded;

        // Who is reached by a link-local address can introduce others of that link, and those use the like.
        uint link = _remotes.Select(remote => remote.Host.ScopeId).DefaultIfEmpty().Max();
        IReadOnlyList<LocalAddress> all = LocalInterfaces.Addresses(loopback, link);
        IsByRoute = all.Count == 0;
        if (IsByRoute) { all = LocalInterfaces.ByRoute(_remotes, link); }

        HostAddress?[] preferred = [.. _remotes.Select(LocalRoute.Towards)];
        return
        [
            .. all
                .Where(own => _locals.Any(local => local.Host == own.Address || (local.Host.IsAny && local.Host.IsV6 == own.Address.IsV6)))
                .OrderByDescending(own => preferred.Contains(own.Address)),
        ];
    }
}
