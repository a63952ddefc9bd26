using Punch.Cli.Parsing;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Resolving;
using Punch.Protocol;
using Punch.Protocol.Discovery;
using Serilog;

namespace Punch.Cli.Nat;

/// <summary>Turns the servers that were named into addresses, and finds the way to each.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="log">Takes what was found.</param>
/// <param name="leftOut">Hears why an address of a name is left out; null for nobody.</param>
/// <param name="stop">Gives up.</param>
internal sealed class ServerFinder(NatOptions options, ILogger? log, Action<string>? leftOut, CancellationToken stop)
{
    /// <summary>Two rounds of the usual resolver's 5 s, and a bit.</summary>
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(12);

    /// <summary>The servers that can be sent to: of each name the first address of each family.</summary>
    /// <exception cref="NameResolutionException">A name has no address that is wanted.</exception>
    /// <exception cref="LocalNetworkException">No server can be sent to from here.</exception>
    public IReadOnlyList<DiscoveryServer> Find()
    {
        TransportAddress[] all = [.. options.Servers.SelectMany(Addresses)];
        DiscoveryServer[] reachable = [.. all.Select(Route).OfType<DiscoveryServer>()];
        return reachable.Length > 0
            ? reachable
            : throw new LocalNetworkException(LocalNetworkError.NoRoute, $"this machine has no way to {all[0].Host}");
    }

    private IEnumerable<TransportAddress> Addresses(RemoteTarget server)
    {
        IReadOnlyList<HostAddress> hosts = Resolver.Resolve(server.Host, options.Families, ResolveTimeout, stop, leftOut);
        foreach (HostAddress host in hosts.DistinctBy(host => host.IsV6))
        {
            RemoteRules.RequireUnicast(host);
            log?.Debug("{Name} is {Address}", server.Host, host);
            yield return new TransportAddress(host, server.Port ?? NatOptions.StunPort);
        }
    }

    private DiscoveryServer? Route(TransportAddress server)
    {
        HostAddress? local = LocalRoute.Towards(server);
        log?.Debug("{Server} is reached from {Local}", server, local);
        return local is null ? null : new DiscoveryServer(server, options.Bind ?? local);
    }
}
