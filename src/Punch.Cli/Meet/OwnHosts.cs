using Punch.Net;
using Punch.Protocol;

namespace Punch.Cli.Meet;

/// <summary>
/// This machine's addresses that the other side may try, those towards the server first; looked at again now and then, since machines
/// change networks.
/// </summary>
internal sealed class OwnHosts
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<TransportAddress> _servers;
    private readonly IReadOnlyList<TransportAddress> _locals;
    private Instant _looked;

    /// <summary>Looks for the first time.</summary>
    /// <param name="servers">The server's addresses. Where one is on loopback, all who matter are on this machine and loopback counts, too.</param>
    /// <param name="locals">The bound sockets.</param>
    /// <param name="now">Now.</param>
    public OwnHosts(IReadOnlyList<TransportAddress> servers, IReadOnlyList<TransportAddress> locals, Instant now)
    {
        _servers = servers;
        _locals = locals;
        _looked = now;
        Current = Look();
    }

    /// <summary>What was seen last.</summary>
    public IReadOnlyList<LocalAddress> Current { get; private set; }

    /// <summary>Whether they have changed, which is looked at once a second.</summary>
    public bool HaveChanged(Instant now)
    {
        if (now - _looked < Interval) { return false; }

        _looked = now;
        IReadOnlyList<LocalAddress> seen = Look();
        if (seen.SequenceEqual(Current)) { return false; }

        Current = seen;
        return true;
    }

    private LocalAddress[] Look()
    {
        LoopbackUse loopback = _servers.Any(server => server.Host.IsLoopback) ? LoopbackUse.Included : LoopbackUse.Excluded;
        HostAddress?[] preferred = [.. _servers.Select(server => LocalRoute.Towards(server))];
        return
        [
            .. LocalInterfaces.Addresses(loopback)
                .Where(own => _locals.Any(local => local.Host == own.Address || (local.Host.IsAny && local.Host.IsV6 == own.Address.IsV6)))
                .OrderByDescending(own => preferred.Contains(own.Address)),
        ];
    }
}
