using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;

namespace Punch.Server;

/// <summary>A TCP port that accepts connections within limits, and has each connection served separately.</summary>
internal sealed class StreamListener : IDisposable
{
    private const int Backlog = 128;

    // The system lacks something that comes back only with time. Clients wait in the backlog.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private readonly MonotonicClock _clock = new();
    private readonly ErrorReport _report = new();
    private readonly Socket _socket;
    private long _acceptErrors;
    private readonly HashSet<Task> _running = [];

    /// <summary>Binds the port and listens.</summary>
    /// <exception cref="LocalNetworkException">
    /// The port is taken, the address is not local, the family is missing, or the system forbids it.
    /// </exception>
    public StreamListener(TransportAddress local)
    {
        try
        {
            _socket = new Socket(local.Host.Family, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException e)
        {
            throw LocalNetworkException.ForBind(local, e, "TCP");
        }

        try
        {
            if (local.Host.IsV6) { _socket.DualMode = false; }

            if (OperatingSystem.IsWindows()) { _socket.ExclusiveAddressUse = true; }

            _socket.Bind(new IPEndPoint(local.Host.ToIPAddress(), local.Port));
            _socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw LocalNetworkException.ForBind(local, e, "TCP");
        }

        Local = local with { Port = (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port };
    }

    /// <summary>The bound address with the real port.</summary>
    public TransportAddress Local { get; }

    /// <summary>The number of connections that the system failed to accept. Any thread may read it.</summary>
    public long AcceptErrors => Volatile.Read(ref _acceptErrors);

    /// <summary>Accepts connections until asked to stop. Then it waits until all connections have ended.</summary>
    /// <param name="service">Serves the connections.</param>
    /// <param name="stop">Ends this task and every connection.</param>
    /// <exception cref="AggregateException">The service of a connection failed with an exception that it should have handled.</exception>
    public async Task RunAsync(IStreamService service, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Socket? client = await TryAcceptAsync(service, stop).ConfigureAwait(false);
            if (client is not null) { Begin(service, client, stop); }
        }

        Task[] running;
        lock (_running) { running = [.. _running]; }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task<Socket?> TryAcceptAsync(IStreamService service, CancellationToken stop)
    {
        try
        {
            return await _socket.AcceptAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
        {
            // The client went away before its connection was accepted.
            return null;
        }
        catch (SocketException e)
        {
            _acceptErrors++;
            if (_report.IsDue(_acceptErrors, _clock.Now, out long count)) { service.OnAcceptFailed(Local, e.SocketErrorCode, count); }

            await Task.Delay(FailurePause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    private void Begin(IStreamService service, Socket client, CancellationToken stop)
    {
        // The service runs to its first wait here, so its task may already be complete.
        Task task = service.ServeAsync(client, Local, stop);
        lock (_running) { _running.Add(task); }

        _ = task.ContinueWith(Forget, TaskScheduler.Default);
    }

    // A failed task stays in the table, and its exception is thrown at the end: services handle everything that a client can cause.
    private void Forget(Task task)
    {
        if (task.IsFaulted) { return; }

        lock (_running) { _running.Remove(task); }
    }
}

/// <summary>Serves the connections of a <see cref="StreamListener"/>.</summary>
internal interface IStreamService
{
    /// <summary>Serves a connection to its end and disposes of it. It handles everything that a client can cause.</summary>
    Task ServeAsync(Socket client, TransportAddress local, CancellationToken stop);

    /// <summary>A connection could not be accepted, because this machine lacks something.</summary>
    void OnAcceptFailed(TransportAddress local, SocketError error, long count);
}
