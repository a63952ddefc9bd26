using Punch.Cli.Parsing;
using Punch.Cli.Servers;
using Punch.Cli.Session;
using Punch.Net;
using Punch.Net.Resolving;
using Punch.Net.Streams;
using Punch.Protocol;

namespace Punch.Cli.Commands.Meet;

/// <summary>Looks up the servers of a meeting, and the proxies that lead to them.</summary>
internal sealed class ServerSearch
{
    /// <summary>How long a name has where a proxy can look it up, too. On such a network it may have no address at all.</summary>
    private static readonly TimeSpan TimeoutWithProxy = TimeSpan.FromSeconds(2);

    private readonly PeerTarget.Meeting _target;
    private readonly AddressFamilies _families;
    private readonly CancellationToken _stop;
    private readonly Dictionary<RemoteTarget, (HttpProxy Proxy, HostAddress Address)> _proxies = [];
    private readonly ProxyEnvironment _environment;

    /// <summary>Looks everything up.</summary>
    /// <param name="target">The servers, and the proxy that was typed.</param>
    /// <param name="families">The families that are wanted.</param>
    /// <param name="resolver">Looks names up.</param>
    /// <param name="environment">Names the proxy where none was typed.</param>
    /// <exception cref="NameResolutionException">A name has no address that is wanted, and no proxy could look it up.</exception>
    /// <exception cref="LocalNetworkException">An address names no single host.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public ServerSearch(
        PeerTarget.Meeting target, AddressFamilies families, PatientResolver resolver, ProxyEnvironment environment)
    {
        _target = target;
        _families = families;
        _stop = resolver.Stop;
        _environment = environment;
        RemoteTarget[] servers = [.. target.Ways.Select(way => way.Server).Distinct()];
        foreach (RemoteTarget server in servers)
        {
            if (ProxyOf(server, resolver) is { } found) { _proxies[server] = found; }
        }

        var hosts = servers.ToDictionary(server => server, server => Find(server, resolver));
        Ways = new WayList(target.Ways, server => _proxies.TryGetValue(server, out var found) ? found : null);
        First = Ways.First(server => hosts[server]);
        Further = Ways.Further(server => hosts[server]);
    }

    /// <summary>Names and describes the ways.</summary>
    public WayList Ways { get; }

    /// <summary>The addresses that are asked over UDP at once.</summary>
    public IReadOnlyList<TransportAddress> First { get; }

    /// <summary>The further ways, step by step.</summary>
    public IReadOnlyList<TransportAddress> Further { get; }

    /// <summary>A watch on the names of the servers; null where addresses were typed.</summary>
    public NameWatch? Watch() =>
        _target.Ways.All(way => way.Server.Literal is not null) ? null : new NameWatch([.. First, .. Further], LookUpAgain);

    /// <summary>The proxy that leads to a server, and its address; null for none.</summary>
    /// <exception cref="NameResolutionException">The proxy that was typed has no address that is wanted.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public (HttpProxy Proxy, HostAddress Address)? ProxyOf(RemoteTarget server, PatientResolver resolver)
    {
        string? unusable = null;
        HttpProxy? proxy = _target.Proxy ?? _environment.Find(server.Host, out unusable);
        if (unusable is not null) { resolver.Tell?.Invoke($"{unusable} names no HTTP proxy: left out"); }

        if (proxy is null) { return null; }

        try
        {
            IReadOnlyList<HostAddress> found = Resolver.Resolve(proxy.Host, _families, PatientResolver.Timeout, _stop);
            return (proxy, found[0]);
        }
        catch (NameResolutionException e) when (_target.Proxy is null)
        {
            // The environment is for other programs, too.
            resolver.Tell?.Invoke($"the proxy of the environment is left out: {e.Message}");
            return null;
        }
    }

    private IReadOnlyList<HostAddress> Find(RemoteTarget server, PatientResolver resolver)
    {
        if (!_proxies.ContainsKey(server) || server.Literal is not null) { return MeetServers.Find(server, _families, resolver); }

        try
        {
            return MeetServers.Order(Resolver.Resolve(server.LookUpName, _families, TimeoutWithProxy, _stop));
        }
        catch (NameResolutionException e)
        {
            resolver.Tell?.Invoke($"{e.Message}; the proxy may know it");
            return [];
        }
    }

    // It is looked up again in a minute, if a name has no address now.
    private IReadOnlyList<TransportAddress> LookUpAgain()
    {
        var hosts = new Dictionary<RemoteTarget, IReadOnlyList<HostAddress>>();
        foreach (RemoteTarget server in _target.Ways.Select(way => way.Server).Distinct())
        {
            IReadOnlyList<HostAddress> found = MeetServers.LookUp(server, _families, _stop);
            if (found.Count == 0) { return []; }

            hosts[server] = found;
        }

        return [.. Ways.First(server => hosts[server]), .. Ways.Further(server => hosts[server])];
    }
}
