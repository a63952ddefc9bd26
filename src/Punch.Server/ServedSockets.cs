using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;
using Punch.Server.Sockets;
using Punch.Server.Streams;

namespace Punch.Server;

/// <summary>The bound sockets of one <see cref="ServedAddress"/>, by endpoint.</summary>
internal sealed class ServedSockets : IDisposable
{
    private readonly List<List<IBatchSocket>> _udp = [];
    private readonly List<StreamListener> _tcp = [];
    private readonly List<TransportAddress> _endpoints = [];
    private readonly ServedAddress _address;

    private ServedSockets(ServedAddress address) => _address = address;

    /// <summary>What the TCP ports speak.</summary>
    public StreamKind Streams => _address.Streams;

    /// <summary>The bound addresses with their real ports.</summary>
    public IReadOnlyList<TransportAddress> Endpoints => _endpoints;

    /// <summary>The same endpoints with the addresses that clients see.</summary>
    public IReadOnlyList<TransportAddress> PublicEndpoints =>
    [
        .. _endpoints.Select(endpoint => _address.Public is not { } known ? endpoint
            : endpoint with { Host = endpoint.Host == _address.Host ? known.First : known.Second }),
    ];

    /// <summary>
    /// The UDP sockets of each endpoint: one for each thread, which share the port, or one for each address of this machine.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<IBatchSocket>> Udp => _udp;

    /// <summary>The TCP ports, one for each endpoint.</summary>
    public IReadOnlyList<StreamListener> Tcp => _tcp;

    /// <summary>Binds all sockets of the address, or none.</summary>
    /// <exception cref="LocalNetworkException">A socket could not be bound.</exception>
    public static ServedSockets Bind(ServedAddress address, ServerOptions options)
    {
        var sockets = new ServedSockets(address);
        try
        {
            foreach (HostAddress host in address.Hosts) { sockets.Add(host, options); }

            return sockets;
        }
        catch (LocalNetworkException)
        {
            sockets.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IBatchSocket socket in _udp.SelectMany(sockets => sockets)) { socket.Dispose(); }

        foreach (StreamListener listener in _tcp) { listener.Dispose(); }
    }

    private void Add(HostAddress host, ServerOptions options)
    {
        int endpoint = _endpoints.Count;
        ushort port = PortOf(endpoint);
        List<IBatchSocket> sockets = [];
        _udp.Add(sockets);
        foreach (HostAddress each in UdpHosts(host, options.Kind))
        {
            IBatchSocket socket = BindUdp(new TransportAddress(each, port), options.Kind);
            sockets.Add(socket);
            port = socket.Local.Port;
        }

        if (options.HasTcp || Streams != StreamKind.Plain)
        {
            _tcp.Add(new StreamListener(new TransportAddress(host, port)));
            port = _tcp[^1].Local.Port;
        }

        if (sockets is [LinuxBatchSocket first]) { sockets.AddRange(first.BindTwins(options.Threads - 1)); }

        _endpoints.Add(new TransportAddress(host, port));
    }

    private IEnumerable<HostAddress> UdpHosts(HostAddress host, SocketKind kind) =>
        Streams == StreamKind.WebSocket ? [] : kind == SocketKind.Linux ? [host] : LocalAddresses.Of(host);

    /// <summary>Two addresses share each of the two ports, even if the system chose the ports.</summary>
    private ushort PortOf(int endpoint) => endpoint switch
    {
        0 => _address.Port,
        1 => _address.AlternatePort.GetValueOrDefault(),
        _ => _endpoints[endpoint - 2].Port,
    };

    private static IBatchSocket BindUdp(TransportAddress local, SocketKind kind)
    {
        try
        {
            return kind == SocketKind.Linux ? new LinuxBatchSocket(local) : new PortableBatchSocket(local);
        }
        catch (SocketException e)
        {
            throw LocalNetworkException.ForBind(local, e);
        }
    }
}
