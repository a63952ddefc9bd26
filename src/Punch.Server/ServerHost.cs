using System.Runtime.ExceptionServices;
using Punch.Net;
using Punch.Protocol;
using Punch.Server.Sockets;
using Punch.Server.Streams;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Serving.Rooms;

namespace Punch.Server;

/// <summary>
/// A server on this machine's sockets: <see cref="ServerMachine"/> over UDP and TCP. <see cref="Bind"/> takes the ports.
/// <see cref="Start"/> begins to serve. <see cref="Stop"/> handles what has arrived and ends.
/// <para>
/// Each UDP socket has a thread and a machine of its own, and where the system spreads clients over sockets (Linux), each port has a socket
/// for each core. The threads share the rooms, the limits and the sockets, because a command may name the endpoint of another thread, or a
/// client on a stream. TCP runs on the runtime's own threads, with one machine. Nothing here knows the meaning of the bytes.
/// </para>
/// </summary>
public sealed class ServerHost : IDisposable
{
    private readonly MonotonicClock _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ServedSockets> _sockets = [];
    private readonly List<DatagramService> _udp = [];
    private readonly List<Thread> _threads = [];
    private readonly List<Task> _tasks = [];
    private readonly ServerOptions _options;
    private readonly SharedRooms? _rooms;
    private readonly SharedRelay? _relay;
    private readonly CertificateFiles? _certificate;
    private StreamService? _tcp;
    private StreamListener? _metrics;
    private ExceptionDispatchInfo? _fault;
    private volatile bool _isDraining;

    private ServerHost(ServerOptions options)
    {
        _options = options;
        _rooms = options.MaxRooms == 0 ? null
            : new SharedRooms(new MemoryRooms(options.MaxRooms, Entropy.Next(), Entropy.Next(), hasShares: options.Limit is not null));
        _relay = _rooms is null || options.Relay is not { } relay ? null
            : new SharedRelay(new RelayTable(relay with { HasShares = options.Limit is not null }, Entropy.Next(), Entropy.Next()));
        _certificate = options.Certificate is var (certificate, key) ? new CertificateFiles(certificate, key) : null;
    }

    /// <summary>The served addresses with their real ports, for UDP and, if enabled, TCP.</summary>
    public IReadOnlyList<TransportAddress> Endpoints => EndpointsOf(StreamKind.Plain);

    /// <summary>The same endpoints with the addresses that clients see. Replies name these.</summary>
    public IReadOnlyList<TransportAddress> PublicEndpoints =>
        [.. _sockets.Where(sockets => sockets.Streams == StreamKind.Plain).SelectMany(sockets => sockets.PublicEndpoints)];

    /// <summary>The certificate of the TLS ports; null for none.</summary>
    public ServerCertificate? Certificate => _certificate?.Current;

    /// <summary>The address of <c>/metrics</c> with its real port; null if it is not served.</summary>
    public TransportAddress? Metrics => _metrics?.Local;

    /// <summary>Cancelled if a bug ended one of the threads. Then <see cref="Stop"/> throws the exception.</summary>
    public CancellationToken Broken => _stop.Token;

    /// <summary>Whether it was told that it stops soon.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>The counts of all sockets since the start.</summary>
    public ServerStatistics Statistics
    {
        get
        {
            ServerStatistics sum = _udp.Aggregate(_tcp?.Statistics ?? default, (sum, each) => sum + each.Statistics);
            RoomCounts rooms = _rooms?.Counts ?? default;
            RelayCounts relay = _relay?.Counts ?? default;
            long acceptErrors = _sockets.SelectMany(sockets => sockets.Tcp).Sum(listener => listener.AcceptErrors);
            return sum with
            {
                AcceptErrors = acceptErrors,
                Rendezvous = sum.Rendezvous with { Rooms = rooms.Rooms, Waiting = rooms.Waiting },
                Relay = sum.Relay with { Sessions = relay.Sessions, Paired = relay.Paired },
            };
        }
    }

    /// <summary>Takes the ports.</summary>
    /// <exception cref="LocalNetworkException">A port could not be bound. The ports that were already bound are free again.</exception>
    /// <exception cref="ArgumentException">
    /// There is no address, or the addresses do not form one of the layouts that a machine serves.
    /// </exception>
    /// <exception cref="CertificateException">The files of the certificate cannot be used.</exception>
    public static ServerHost Bind(ServerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Addresses.Count);
        var server = new ServerHost(options);
        server._certificate?.Load();
        try
        {
            server.BindAll();
            server.MakeMachines();
            return server;
        }
        catch (Exception e) when (e is LocalNetworkException or ArgumentException)
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Begins to serve.</summary>
    public void Start()
    {
        foreach (DatagramService service in _udp)
        {
            var thread = new Thread(() => Guard(() => service.Run(_stop.Token))) { IsBackground = true, Name = "server over UDP" };
            _threads.Add(thread);
            thread.Start();
        }

        if (_tcp is { } tcp)
        {
            _tasks.Add(tcp.RunTimeoutsAsync(_stop.Token));
            _tasks.AddRange(_sockets.SelectMany(sockets => sockets.Tcp.Select(listener => RunAsync(listener, sockets.Streams, tcp))));
        }

        if (_certificate is not null) { _tasks.Add(_certificate.WatchAsync(_options.Observer, _stop.Token)); }

        var metrics = new MetricsService(() => MetricsText.Of(Statistics), () => !IsDraining, _options.Observer);
        if (_metrics is not null) { _tasks.Add(_metrics.RunAsync(metrics, _stop.Token)); }
    }

    /// <summary>The served addresses of one kind, with their real ports.</summary>
    public IReadOnlyList<TransportAddress> EndpointsOf(StreamKind kind) =>
        [.. _sockets.Where(sockets => sockets.Streams == kind).SelectMany(sockets => sockets.Endpoints)];

    /// <summary>Reads the files of the certificate now, if they have changed. Any thread may call it.</summary>
    public void Reload() => _certificate?.Reload(_options.Observer);

    /// <summary>
    /// Relays nothing new from now on, and has those told that are relayed. It takes the threads 100 ms at most to notice. All else goes on
    /// until <see cref="Stop"/>.
    /// </summary>
    /// <param name="lifetime">When that will be.</param>
    public void Drain(TimeSpan lifetime)
    {
        _isDraining = true;
        _relay?.Drain(lifetime, _clock.Now);
    }

    /// <summary>Handles what has arrived, closes all connections, and ends within 100 ms. It does nothing if called again.</summary>
    public void Stop()
    {
        _stop.Cancel();
        foreach (Thread thread in _threads) { thread.Join(); }

        Task.WaitAll(_tasks);
        _fault?.Throw();
    }

    /// <summary>Frees the ports. Call <see cref="Stop"/> first.</summary>
    public void Dispose()
    {
        foreach (ServedSockets sockets in _sockets) { sockets.Dispose(); }

        _metrics?.Dispose();
        _stop.Dispose();
    }

    private Task RunAsync(StreamListener listener, StreamKind kind, StreamService service) =>
        listener.RunAsync(new StreamPort(service, kind, _options.Proxies, _certificate), _stop.Token);

    private void BindAll()
    {
        LocalNetworkException? missing = null;
        foreach (ServedAddress address in _options.Addresses)
        {
            try
            {
                _sockets.Add(ServedSockets.Bind(address, _options));
            }
            catch (LocalNetworkException e) when (address.IsOptional && IsFamilyMissing(e.Error))
            {
                missing = e;
            }
        }

        if (_sockets.Count == 0) { throw missing!; }

        if (_options.Metrics is { } metrics) { _metrics = new StreamListener(metrics); }
    }

    // If IPv6 is compiled in but switched off, the system opens the socket and then finds no address for it.
    private static bool IsFamilyMissing(LocalNetworkError error) =>
        error is LocalNetworkError.FamilyUnavailable or LocalNetworkError.NoSuchAddress;

    private void MakeMachines()
    {
        var places = new ServedPlaces(_sockets);
        var streams = new StreamDirectory();
        var common = new ServerMachineOptions
        {
            Served = places.Served,
            Key0 = Entropy.Next(),
            Key1 = Entropy.Next(),
            Limit = _options.Limit,
            JoinLimit = _options.Limit is null ? null : RateLimit.Join,
            Password = _options.Password,
            ReplySize = _options.ReplySize,
            Connections = _options.Connections,
            IdleTimeout = _options.IdleTimeout,
            Calendar = new Calendar(DateTimeOffset.UtcNow, _clock.Now),
            ReportsRequests = _options.Observer is { WantsRequests: true },
        };
        var first = new ServerMachine(common, _rooms, _relay);
        foreach ((int endpoint, IBatchSocket socket) in places.Udp)
        {
            ServerMachine machine = _udp.Count == 0 ? first : first.MakeTwin(_udp.Count);
            _udp.Add(new DatagramService(socket, endpoint, machine, places, streams, _clock, _options.Observer));
        }

        if (!_sockets.Any(sockets => sockets.Tcp.Count > 0)) { return; }

        ServerMachine last = _udp.Count == 0 ? first : first.MakeTwin(_udp.Count);
        _tcp = new StreamService(last, places, streams, common.IdleTimeout, _clock, _options.Observer);
    }

    // An exception here is a bug. It ends the server, and Stop throws it, so that the caller can report it.
    private void Guard(Action run)
    {
        try
        {
            run();
        }
#pragma warning disable CA1031 // Kept, and thrown again on the caller's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(e), null);
            _stop.Cancel();
        }
    }
}
