using Punch.Cli.Parsing;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Resolving;
using Punch.Protocol;
using Punch.Protocol.Discovery;
using Serilog;

namespace Punch.Cli.Nat;

/// <summary>Resolves the named servers, and finds the route to each.</summary>
/// <param name="options">The options of the command.</param>
/// <param name="log">Receives the results; null for no log.</param>
/// <param name="leftOut">Receives the reason why an address of a name is left out; null for none.</param>
/// <param name="stop">Ends the work.</param>
internal sealed class ServerFinder(NatOptions options, ILogger? log, Action<string>? leftOut, CancellationToken stop)
{
    /// <summary>The longest look-up: two rounds of the usual resolver's 5 s, and a bit.</summary>
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(12);

    /// <summary>The servers that can be sent to: one of each family for each name, with its further addresses.</summary>
    /// <exception cref="NameResolutionException">A name has no address of a wanted family.</exception>
    /// <exception cref="LocalNetworkException">No server can be sent to from here.</exception>
    public IReadOnlyList<DiscoveryServer> Find()
    {
        TransportAddress[][] all = [.. options.Servers.SelectMany(Addresses)];
        DiscoveryServer[] reachable = [.. all.Select(Route).OfType<DiscoveryServer>()];
        return reachable.Length > 0
            ? reachable
            : throw new LocalNetworkException(LocalNetworkError.NoRoute, $"this machine has no way to {all[0][0].Host}");
    }

    private IEnumerable<TransportAddress[]> Addresses(RemoteTarget server)
    {
        IReadOnlyList<HostAddress> hosts = Resolver.Resolve(server.LookUpName, options.Families, ResolveTimeout, stop, leftOut);
        foreach (HostAddress host in hosts)
        {
            RemoteRules.RequireUnicast(host);
            log?.Debug("{Name} is {Address}", server.Host, host);
        }

        return hosts.GroupBy(host => host.IsV6)
            .Select(family => family.Select(host => new TransportAddress(host, server.Port ?? ServerWord.StunPort)).ToArray());
    }

    private DiscoveryServer? Route(TransportAddress[] addresses)
    {
        DiscoveryServer[] reachable = [.. addresses.Select(Route).OfType<DiscoveryServer>()];
        return reachable.Length > 0 ? reachable[0] with { Fallbacks = reachable[1..] } : null;
    }

    private DiscoveryServer? Route(TransportAddress server)
    {
        HostAddress? local = LocalRoute.Towards(server);
        log?.Debug("{Server} is reached from {Local}", server, local);
        return local is null ? null : new DiscoveryServer(server, options.Bind ?? local);
    }
}
