using System.Collections.Concurrent;
using System.Globalization;
using Punch.Cli.Parsing;
using Punch.Net.Streams;
using Punch.Protocol;

namespace Punch.Cli.Servers;

/// <summary>
/// All ways to some servers, in the order of trying, and what a dialer must know of each. A way through a proxy has the
/// proxy's address.
/// </summary>
/// <param name="ways">What was typed.</param>
/// <param name="proxy">The proxy of a server, with its address; null for none.</param>
internal sealed class WayList(IReadOnlyList<ServerWay> ways, Func<RemoteTarget, (HttpProxy Proxy, HostAddress Address)?> proxy)
{
    private const ushort TlsPort = 443;

    /// <summary>What is tried where no way is insisted on, after UDP. Port 0 is the typed port.</summary>
    private static readonly (Transport Transport, ushort Port)[] Steps =
    [
        (Transport.Udp, TlsPort), (Transport.Tcp, 0), (Transport.Tls, TlsPort), (Transport.WebSocket, TlsPort),
    ];

    private readonly ConcurrentDictionary<TransportAddress, ServerPoint> _points = new();

    /// <summary>What is known of the server at an address; null for one over UDP.</summary>
    public ServerPoint? PointOf(TransportAddress address) => _points.GetValueOrDefault(address);

    /// <summary>The ways over UDP that are asked at once.</summary>
    /// <param name="find">The addresses of a server, the preferred ones first; none for an unknown name.</param>
    public IReadOnlyList<TransportAddress> First(Func<RemoteTarget, IReadOnlyList<HostAddress>> find) =>
    [
        .. ways.Where(way => way.Transport is null or Transport.Udp)
            .SelectMany(way => find(way.Server).Select(host => new TransportAddress(host, PortOf(way, Transport.Udp)))).Distinct(),
    ];

    /// <summary>The further ways, step by step.</summary>
    /// <param name="find">The addresses of a server, the preferred ones first; none for an unknown name.</param>
    public IReadOnlyList<TransportAddress> Further(Func<RemoteTarget, IReadOnlyList<HostAddress>> find)
    {
        var further = new List<TransportAddress>();
        foreach ((Transport transport, ushort port) in Steps)
        {
            foreach (ServerWay way in ways.Where(way => Uses(way, transport)))
            {
                ushort used = port == 0 || way.Transport is not null ? PortOf(way, transport) : port;
                further.AddRange(Direct(way, transport, used, find(way.Server)));
            }
        }

        foreach (Transport transport in Steps.Select(step => step.Transport).Where(transport => transport != Transport.Udp))
        {
            foreach (ServerWay way in ways.Where(way => Uses(way, transport))) { further.AddRange(Proxied(way, transport)); }
        }

        return [.. further.Distinct()];
    }

    /// <summary>How a way is called in a list of several.</summary>
    public string Describe(TransportAddress address)
    {
        string name = Name(address.Transport);
        return PointOf(address) is { Proxy: { } through } point
            ? $"{name} to {HttpProxy.HostPort(point.Host, point.Port)} through the proxy {through}"
            : $"{name} to {PlaceOf(address)}";
    }

    /// <summary>A way as <c>--via</c> takes it, without a proxy.</summary>
    public string UrlOf(TransportAddress address)
    {
        string text = address.ToString();
        return PointOf(address) is { Proxy: not null } point
            ? text.Replace(PlaceOf(address).ToString(), HttpProxy.HostPort(point.Host, point.Port), StringComparison.Ordinal)
            : text;
    }

    /// <summary>The place of a way, whatever the transport.</summary>
    public static TransportAddress PlaceOf(TransportAddress address) => address with { Transport = Transport.Udp };

    /// <summary>What is remembered of a way: addresses change, and ports do not.</summary>
    public string NoteOf(TransportAddress address) => PointOf(address) is { Proxy: not null } point
        ? string.Create(CultureInfo.InvariantCulture, $"{Name(address.Transport)} {point.Port} proxy")
        : string.Create(CultureInfo.InvariantCulture, $"{Name(address.Transport)} {address.Port}");

    /// <summary>The way that was remembered; null where it is none of these.</summary>
    public TransportAddress? Find(IReadOnlyList<TransportAddress> further, string? note)
    {
        foreach (TransportAddress address in further)
        {
            if (NoteOf(address) == note) { return address; }
        }

        return null;
    }

    /// <summary>The name of a transport for people.</summary>
    public static string Name(Transport transport) => transport switch
    {
        Transport.Udp => "UDP",
        Transport.Tcp => "TCP",
        Transport.Tls => "TLS",
        Transport.WebSocket => "WebSocket",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Who insists on UDP wants no other port either.
    private static bool Uses(ServerWay way, Transport transport) =>
        way.Transport is null || (way.Transport == transport && transport != Transport.Udp);

    private static ushort PortOf(ServerWay way, Transport transport) =>
        way.Server.Port ?? (transport is Transport.Udp or Transport.Tcp ? ServerWord.StunPort : TlsPort);

    // One address of each family: each further one costs a connection.
    private IEnumerable<TransportAddress> Direct(ServerWay way, Transport transport, ushort port, IReadOnlyList<HostAddress> hosts)
    {
        foreach (HostAddress host in hosts.GroupBy(host => host.IsV6).Select(family => family.First()))
        {
            var address = new TransportAddress(host, port, transport);
            if (address.IsStream) { _points[address] = new ServerPoint(NameOf(way.Server), port) { Pin = way.Pin }; }

            yield return address;
        }
    }

    private IEnumerable<TransportAddress> Proxied(ServerWay way, Transport transport)
    {
        if (proxy(way.Server) is not var (through, host)) { yield break; }

        ushort port = way.Transport is null && transport != Transport.Tcp ? TlsPort : PortOf(way, transport);
        var address = new TransportAddress(host, through.Port, transport);
        _points[address] = new ServerPoint(NameOf(way.Server), port) { Pin = way.Pin, Proxy = through };
        yield return address;
    }

    private static string NameOf(RemoteTarget server) =>
        server.Literal is { } literal ? literal.WithScope(0).ToString() : server.LookUpName.TrimEnd('.');
}
