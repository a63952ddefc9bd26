using System.Net;
using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>
/// A TCP port of this machine that listens, and that connections are opened from at the same time: the port of a simultaneous open. Systems
/// differ in which of the two gets a connection that both sides open, so an attempt takes what the listener accepts from its far end.
/// </summary>
public sealed class TcpPort : IDisposable
{
    private const int Backlog = 8;

    /// <summary>The most connections that wait for an attempt.</summary>
    private const int MaxEarly = 4;

    /// <summary>How long the next attempt may take a connection that came between two: their longest pause, and some time.</summary>
    private static readonly TimeSpan EarlyFor = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an attempt whose two ports are in use waits for the connection that has them.</summary>
    private static readonly TimeSpan TakenFor = TimeSpan.FromMilliseconds(100);

    // The system lacks something that comes back only with time.
    private static readonly TimeSpan FailurePause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly Dictionary<TransportAddress, TaskCompletionSource<Socket>> _attempts = [];
    private readonly Dictionary<TransportAddress, (Socket Socket, long At)> _early = [];
    private readonly Dictionary<TransportAddress, Task> _last = [];
    private readonly List<Listener> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<TransportAddress, PassedPipe> _passed = [];
    private readonly bool _passes;
    private StreamCarrier? _carrier;

    private TcpPort(bool passes) => _passes = passes;

    /// <summary>The bound addresses with the real port, one of each family.</summary>
    public IReadOnlyList<TransportAddress> Locals => [.. _listeners.Select(listener => listener.Local)];

    /// <summary>Binds the port and listens. A family that this machine lacks is left out while it has the other one.</summary>
    /// <param name="hosts">A local address of each family that is wanted; a wildcard is normal.</param>
    /// <param name="port">The port of all; 0 takes a free one.</param>
    /// <param name="passes">Whether one of its connections goes to another program: see <see cref="Pass"/>.</param>
    /// <exception cref="LocalNetworkException">The port is taken, an address is not ours, or no family is left.</exception>
    public static TcpPort Open(IEnumerable<HostAddress> hosts, ushort port, bool passes = false)
    {
        var opened = new TcpPort(passes);
        LocalNetworkException? missing = null;
        try
        {
            foreach (HostAddress host in hosts)
            {
                try
                {
                    port = opened.Listen(new TransportAddress(host, port, Transport.Tcp));
                }
                catch (LocalNetworkException e) when (e.Error == LocalNetworkError.FamilyUnavailable)
                {
                    missing = e;
                }
            }
        }
        catch (LocalNetworkException)
        {
            opened.Dispose();
            throw;
        }

        return opened._listeners.Count > 0 ? opened : throw missing!;
    }

    /// <summary>Opens the stream of a request, and gives what is accepted meanwhile to the carrier.</summary>
    /// <exception cref="StreamException">It could not be opened.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<IMessagePipe> Dial(StreamRequest request, CancellationToken cancellation)
    {
        TransportAddress local = request.Local ?? Locals.First(local => local.Host.IsV6 == request.Remote.Host.IsV6);
        var accepted = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task last;
        lock (_lock)
        {
            if (TakeEarly(request.Remote) is { } early) { return Pipe(early, local, request.Remote); }

            _attempts[request.Remote] = accepted;
            last = _last.GetValueOrDefault(request.Remote, Task.CompletedTask);
        }

        // The last attempt must have given its ports up.
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<Socket> connecting = Connect(local, request.Remote, giveUp.Token);
        lock (_lock) { _last[request.Remote] = connecting; }

        await Task.WhenAny(connecting, accepted.Task).ConfigureAwait(false);
        if (IsTaken(connecting)) { await Task.WhenAny(accepted.Task, Task.Delay(TakenFor, cancellation)).ConfigureAwait(false); }

        lock (_lock)
        {
            if (_attempts.GetValueOrDefault(request.Remote) == accepted) { _attempts.Remove(request.Remote); }
        }

        // From here on the listener gives it nothing more.
        if (!accepted.Task.IsCompleted) { return Pipe(await connecting.ConfigureAwait(false), local, request.Remote); }

        await giveUp.CancelAsync().ConfigureAwait(false);
        _ = connecting.ContinueWith(Discard, TaskScheduler.Default);
        return Pipe(await accepted.Task.ConfigureAwait(false), local, request.Remote);
    }

    /// <summary>Begins to accept connections. Those that no attempt waits for go to the carrier.</summary>
    public void Begin(StreamCarrier carrier)
    {
        _carrier = carrier;
        foreach (Listener listener in _listeners) { _ = Task.Run(() => Accept(listener)); }
    }

    /// <summary>
    /// Ends the streams, and passes the one to this far end on to another program, once the peer does so, too. It waits for the peer, some
    /// seconds at most.
    /// </summary>
    /// <returns>The descriptor; null if the connection broke, or the peer does not pass it on.</returns>
    public int? Pass(in TransportAddress remote)
    {
        PassedPipe? pipe;
        lock (_lock) { pipe = _passed.GetValueOrDefault(remote); }

        if (pipe is null) { return null; }

        pipe.Passes = true;
        _carrier!.Dispose();
        return pipe.Passed.GetAwaiter().GetResult();
    }

    /// <summary>Stops listening. Open streams stay.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (Listener listener in _listeners) { listener.Socket.Dispose(); }

        lock (_lock)
        {
            foreach ((Socket socket, _) in _early.Values) { socket.Dispose(); }

            _early.Clear();
        }
    }

    // The listener has the connection already, and has not given it out yet.
    private static bool IsTaken(Task<Socket> connecting) =>
        connecting.Exception?.InnerException?.InnerException is SocketException
        {
            SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressAlreadyInUse or SocketError.IsConnected
        };

    private static async Task<Socket> Connect(TransportAddress local, TransportAddress remote, CancellationToken cancellation)
    {
        Socket? socket = null;
        try
        {
            socket = TcpOptions.Create(remote.Host);
            TcpOptions.Prepare(socket);
            socket.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port));
            await socket.ConnectAsync(new IPEndPoint(remote.Host.ToIPAddress(), remote.Port), cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            cancellation.ThrowIfCancellationRequested();
            throw TcpDialer.Failure(e);
        }
        catch (OperationCanceledException)
        {
            socket!.Dispose();
            throw;
        }
    }

    private IMessagePipe Pipe(Socket socket, TransportAddress local, TransportAddress remote)
    {
        try
        {
            if (!_passes) { return new TcpPipe(socket, local); }

            var pipe = new PassedPipe(socket, local);
            lock (_lock) { _passed[remote] = pipe; }

            return pipe;
        }
        catch (IOException e)
        {
            // It was reset before it was taken.
            socket.Dispose();
            throw new StreamException("the connection was reset", e);
        }
    }

    private static void Discard(Task<Socket> connecting)
    {
        if (connecting.IsCompletedSuccessfully) { connecting.Result.Dispose(); }
        else { _ = connecting.Exception; }
    }

    private ushort Listen(TransportAddress local)
    {
        Socket? socket = null;
        try
        {
            RefuseTaken(local);
            socket = TcpOptions.Create(local.Host);
            socket.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port));
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw LocalNetworkException.ForBind(local, e, "TCP");
        }

        ushort port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
        _listeners.Add(new Listener(socket, local with { Port = port }));
        return port;
    }

    /// <summary>A port that sockets share could be shared with another process, too, which would get half of what comes.</summary>
    private static void RefuseTaken(TransportAddress local)
    {
        if (local.Port == 0) { return; }

        using var alone = new Socket(local.Host.Family, SocketType.Stream, ProtocolType.Tcp);
        if (local.Host.IsV6) { alone.DualMode = false; }

        alone.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port));
    }

    private async Task Accept(Listener listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Take(await listener.Socket.AcceptAsync(_stop.Token).ConfigureAwait(false), listener.Local);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(FailurePause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (StreamException)
            {
                // The far end went away before it was taken.
            }
        }
    }

    private void Take(Socket socket, TransportAddress local)
    {
        TransportAddress remote = SocketEnds.Remote(socket, Transport.Tcp);
        TcpOptions.Prepare(socket);
        lock (_lock)
        {
            if (_attempts.Remove(remote, out TaskCompletionSource<Socket>? attempt))
            {
                attempt.SetResult(socket);
                return;
            }
        }

        IMessagePipe pipe = Pipe(socket, local, remote);
        if (!_carrier!.TryAccept(pipe, remote)) { Keep(socket, remote); }
    }

    /// <summary>Keeps a connection for the next attempt: the carrier has not told the loop yet that the last one failed.</summary>
    private void Keep(Socket socket, in TransportAddress remote)
    {
        lock (_lock)
        {
            TakeEarly(remote)?.Dispose();
            foreach (TransportAddress old in _early.Keys.Where(IsLate).ToArray()) { TakeEarly(old); }

            if (_early.Count < MaxEarly && !_stop.IsCancellationRequested) { _early[remote] = (socket, Environment.TickCount64); }
            else { socket.Dispose(); }
        }
    }

    private bool IsLate(TransportAddress remote) => Environment.TickCount64 - _early[remote].At > EarlyFor.TotalMilliseconds;

    /// <summary>A connection that came before this attempt; null for none. One that has waited too long is closed.</summary>
    private Socket? TakeEarly(in TransportAddress remote)
    {
        if (!_early.ContainsKey(remote)) { return null; }

        bool isLate = IsLate(remote);
        _early.Remove(remote, out (Socket Socket, long At) early);
        if (!isLate) { return early.Socket; }

        early.Socket.Dispose();
        return null;
    }

    private readonly record struct Listener(Socket Socket, TransportAddress Local);
}
