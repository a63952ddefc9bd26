using Punch.Cli.Parsing;
using Punch.Cli.Servers;
using Punch.Net.Resolving;
using Punch.Net.Streams;
using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Cli.Nat;

/// <summary>The ways to the first server besides UDP: those that <c>punch meet</c> takes where UDP is dropped.</summary>
/// <param name="options">The options of the command.</param>
/// <param name="stop">Gives up.</param>
internal sealed class FurtherWays(NatOptions options, CancellationToken stop)
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(3);

    private readonly ProxyEnvironment _environment = new(Environment.GetEnvironmentVariable);

    /// <summary>The proxy of the environment for the first server, without a password; null for none.</summary>
    public string? Proxy => _environment.Find(options.Servers[0].Host, out string? unusable)?.ToString() ?? unusable;

    /// <summary>Tries each of them.</summary>
    /// <param name="hosts">The addresses of the server.</param>
    public async Task<IReadOnlyList<NatWay>> Try(IReadOnlyList<HostAddress> hosts)
    {
        var ways = new WayList([new ServerWay(options.Servers[0], null, null)], FindProxy);
        IReadOnlyList<TransportAddress> all = ways.Further(_ => hosts);
        var dialer = new ServerDialer(ways.PointOf);
        IReadOnlyList<WayFinding> findings = await WaySurvey.Run(all, dialer, stop).ConfigureAwait(false);
        return
        [
            .. findings.Select(each => new NatWay(
                ways.Describe(each.Address), ways.UrlOf(each.Address), ways.PointOf(each.Address)?.Proxy?.ToString(), each.Failure)),
        ];
    }

    private (HttpProxy Proxy, HostAddress Address)? FindProxy(RemoteTarget server)
    {
        if (_environment.Find(server.Host, out _) is not { } proxy) { return null; }

        try
        {
            return (proxy, Resolver.Resolve(proxy.Host, options.Families, ResolveTimeout, stop)[0]);
        }
        catch (NameResolutionException)
        {
            // The row of the proxy names it, and meetings go without it, too.
            return null;
        }
    }
}
