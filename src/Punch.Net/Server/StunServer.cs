using System.Runtime.ExceptionServices;
using Punch.Protocol;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Net.Server;

/// <summary>
/// A STUN server: RFC 8489 over UDP and TCP, RFC 5780 where it has a second address or port; and over UDP a rendezvous.
/// <see cref="Bind"/> takes the ports, <see cref="Start"/> begins to answer, <see cref="Stop"/> answers what it has taken and ends.
/// <para>
/// A thread for each UDP socket decides and answers by itself; threads share nothing but the sockets that CHANGE-REQUEST has them send
/// from, and the rooms of the rendezvous. TCP runs on the runtime's own threads. What to answer is the business of <see cref="StunServerCore"/> and
/// <see cref="RendezvousCore"/> alone.
/// </para>
/// </summary>
public sealed class StunServer : IDisposable
{
    private readonly MonotonicClock _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ServedSockets> _sockets = [];
    private readonly List<UdpService> _udp = [];
    private readonly List<(StreamListener Listener, TcpService Service)> _tcp = [];
    private readonly List<Thread> _threads = [];
    private readonly List<Task> _tasks = [];
    private readonly ConnectionTable _connections;
    private readonly IServerObserver? _observer;
    private readonly RendezvousService? _rendezvous;
    private StreamListener? _metrics;
    private ExceptionDispatchInfo? _fault;

    private StunServer(ServerOptions options)
    {
        _connections = new ConnectionTable(options.Connections);
        _observer = options.Observer;
        RateLimit? joins = options.Limit is null ? null : RateLimit.Join;
        _rendezvous = options.MaxRooms == 0 ? null : new RendezvousService(options.MaxRooms, joins, _clock);
    }

    /// <summary>The addresses that are served, with their real ports, over UDP and, if wanted, over TCP.</summary>
    public IReadOnlyList<TransportAddress> Endpoints => [.. _sockets.SelectMany(sockets => sockets.Endpoints)];

    /// <summary>The same as clients know them, which answers name.</summary>
    public IReadOnlyList<TransportAddress> PublicEndpoints => [.. _sockets.SelectMany(sockets => sockets.PublicEndpoints)];

    /// <summary>Where <c>/metrics</c> is, with the real port; null when that was not asked for.</summary>
    public TransportAddress? Metrics => _metrics?.Local;

    /// <summary>Cancelled when a bug ended one of the threads; <see cref="Stop"/> then throws it.</summary>
    public CancellationToken Broken => _stop.Token;

    /// <summary>What was counted so far.</summary>
    public ServerStatistics Statistics => _connections.AddTo(new ServerStatistics
    {
        Udp = _udp.Aggregate(default(RequestCounts), (sum, each) => sum + each.Counts),
        Tcp = _tcp.Aggregate(default(RequestCounts), (sum, each) => sum + each.Service.Counts),
        Rendezvous = _rendezvous?.Statistics ?? default,
    });

    /// <summary>Takes the ports.</summary>
    /// <exception cref="LocalNetworkException">One could not be had; those already taken are free again.</exception>
    /// <exception cref="ArgumentException">
    /// The addresses are none, or form none of the layouts of <see cref="StunServerOptions.Endpoints"/>.
    /// </exception>
    public static StunServer Bind(ServerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Addresses.Count);
        var server = new StunServer(options);
        try
        {
            server.BindAll(options);
            return server;
        }
        catch (Exception e) when (e is LocalNetworkException or ArgumentException)
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        foreach (UdpService service in _udp)
        {
            var thread = new Thread(() => Guard(() => service.Run(_stop.Token))) { IsBackground = true, Name = "STUN over UDP" };
            _threads.Add(thread);
            thread.Start();
        }

        foreach ((StreamListener listener, TcpService service) in _tcp) { _tasks.Add(listener.RunAsync(service, _stop.Token)); }

        var metrics = new MetricsService(() => MetricsText.Of(Statistics), _observer);
        if (_metrics is not null) { _tasks.Add(_metrics.RunAsync(metrics, _stop.Token)); }
    }

    /// <summary>
    /// Answers what was taken, and ends; connections are closed. Takes 100 ms at most. Harmless when it has been called before.
    /// </summary>
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

    private void BindAll(ServerOptions options)
    {
        LocalNetworkException? missing = null;
        foreach (ServedAddress address in options.Addresses)
        {
            try
            {
                _sockets.Add(ServedSockets.Bind(address, options));
                Serve(_sockets[^1], options);
            }
            catch (LocalNetworkException e) when (address.IsOptional && IsFamilyMissing(e.Error))
            {
                missing = e;
            }
        }

        if (_sockets.Count == 0) { throw missing!; }

        if (options.Metrics is { } metrics) { _metrics = new StreamListener(metrics); }
    }

    // A system with IPv6 compiled in and switched off opens the socket and then finds no address for it.
    private static bool IsFamilyMissing(LocalNetworkError error) =>
        error is LocalNetworkError.FamilyUnavailable or LocalNetworkError.NoSuchAddress;

    private void Serve(ServedSockets sockets, ServerOptions options)
    {
        IServerObserver? requests = options.Observer is { WantsRequests: true } ? options.Observer : null;
        var named = new StunServerOptions { Endpoints = sockets.PublicEndpoints, ReplySize = options.ReplySize };
        var core = new StunServerCore(named);
        foreach ((int endpoint, IBatchSocket socket) in sockets.Udp)
        {
            StunResponder responder = StunResponder.Create(core, options.Limit);
            _udp.Add(new UdpService(socket, endpoint, sockets.SiblingsOf(socket), responder, _rendezvous, _clock, requests));
        }

        var streamCore = new StunServerCore(named with { IsStream = true });
        foreach (StreamListener listener in sockets.Tcp)
        {
            StunResponder responder = StunResponder.Create(streamCore, options.Limit);
            int endpoint = sockets.Endpoints.ToList().IndexOf(listener.Local);
            _tcp.Add((listener, new TcpService(_connections, responder, endpoint, _clock, options.IdleTimeout, options.Observer)));
        }
    }

    // An exception here is a bug: it ends the server and comes out of Stop, for the caller to tell.
    private void Guard(Action run)
    {
        try
        {
            run();
        }
#pragma warning disable CA1031 // Kept and thrown again on the caller's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(e), null);
            _stop.Cancel();
        }
    }
}
