using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>A TCP port or a Unix socket that listens. What came waits in the system's queue until the loop has room for it.</summary>
internal sealed class TcpListenPort : IListenPort
{
    private const int MostWaiting = 16;

    // Without a descriptor nothing can be accepted until another connection ends.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly Action _wake;
    private readonly string? _path;
    private readonly ConcurrentQueue<Socket> _accepted = new();
    private readonly SemaphoreSlim _room = new(MostWaiting);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Begins to accept.</summary>
    /// <param name="socket">The listening socket, which this closes.</param>
    /// <param name="wake">Is called, on any thread, when something came.</param>
    public TcpListenPort(Socket socket, Action wake)
    {
        _socket = socket;
        _wake = wake;
        Local = EndPoints.Text(socket.LocalEndPoint);
        Port = (socket.LocalEndPoint as IPEndPoint)?.Port ?? 0;
        _path = socket.LocalEndPoint is UnixDomainSocketEndPoint ? Local : null;
        _ = Task.Run(AcceptAll);
    }

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public string Local { get; }

    /// <inheritdoc/>
    public bool TryAccept(out NetworkEnd end)
    {
        end = default;
        if (!_accepted.TryDequeue(out Socket? socket)) { return false; }

        _room.Release();
        string remote = _path is null ? RemoteOf(socket) : _path;
        end = new NetworkEnd(OpenStatus.Done, new SocketEnd(socket, _wake), null, remote);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        while (_accepted.TryDequeue(out Socket? socket)) { socket.Dispose(); }

        if (_path is not null) { File.Delete(_path); }
    }

    private static string RemoteOf(Socket socket)
    {
        try
        {
            return EndPoints.Text(socket.RemoteEndPoint);
        }
        catch (SocketException)
        {
            // It went before it was looked at.
            return "";
        }
    }

    private async Task AcceptAll()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
                Socket socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                if (socket.ProtocolType == ProtocolType.Tcp) { socket.NoDelay = true; }

                _accepted.Enqueue(socket);
                _wake();
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                _room.Release();
                await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
