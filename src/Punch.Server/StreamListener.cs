using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol;

namespace Punch.Server;

/// <summary>A TCP port that takes connections, within limits, and has each of them served on its own. Bound when constructed.</summary>
internal sealed class StreamListener : IDisposable
{
    private const int Backlog = 128;

    // The system lacks something that only time brings back; clients wait in the backlog.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private readonly MonotonicClock _clock = new();
    private readonly ErrorReport _report = new();
    private readonly Socket _socket;
    private long _acceptErrors;
    private readonly HashSet<Task> _running = [];

    /// <summary>Binds and listens.</summary>
    /// <exception cref="LocalNetworkException">
    /// The port is taken, the address is not ours, the family is missing, or the system forbids it.
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

    /// <summary>How often the system failed to take a connection. Any thread may read it.</summary>
    public long AcceptErrors => Volatile.Read(ref _acceptErrors);

    /// <summary>Takes connections until asked to stop, then waits until all of them have ended.</summary>
    /// <param name="service">Who serves them.</param>
    /// <param name="stop">Ends this and every connection.</param>
    /// <exception cref="AggregateException">A connection's service failed with something that it should have handled.</exception>
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
            // The client went away before it was taken.
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
        // The service runs up to its first wait here, so its task may have ended already.
        Task task = service.ServeAsync(client, Local, stop);
        lock (_running) { _running.Add(task); }

        _ = task.ContinueWith(Forget, TaskScheduler.Default);
    }

    // A failed one stays, to be told at the end: services handle what a client can cause.
    private void Forget(Task task)
    {
        if (task.IsFaulted) { return; }

        lock (_running) { _running.Remove(task); }
    }
}

/// <summary>What a <see cref="StreamListener"/> hands its connections to.</summary>
internal interface IStreamService
{
    /// <summary>Serves a connection to its end and disposes of it. Handles whatever a client can cause.</summary>
    Task ServeAsync(Socket client, TransportAddress local, CancellationToken stop);

    /// <summary>No connection could be taken, for want of something that this machine lacks.</summary>
    void OnAcceptFailed(TransportAddress local, SocketError error, long count);
}
