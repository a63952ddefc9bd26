using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>Datagrams that came for a flow and wait for the loop, at most <see cref="Most"/>.</summary>
internal sealed class UdpInbox
{
    /// <summary>More than these are dropped, as in a full socket.</summary>
    public const int Most = 64;

    private readonly ConcurrentQueue<byte[]> _waiting = new();

    /// <summary>Takes one in.</summary>
    public void Add(ReadOnlySpan<byte> datagram)
    {
        if (_waiting.Count < Most) { _waiting.Enqueue(datagram.ToArray()); }
    }

    /// <summary>Takes the oldest one out.</summary>
    public bool TryTake(Span<byte> buffer, out int length)
    {
        bool isTaken = _waiting.TryDequeue(out byte[]? datagram);
        length = datagram?.Length ?? 0;
        datagram?.CopyTo(buffer);
        return isTaken;
    }
}

/// <summary>A UDP socket that is connected to the place that the peer asked for.</summary>
internal sealed class UdpEnd : IDatagramEnd
{
    private readonly Socket _socket;
    private readonly Action _wake;
    private readonly UdpInbox _inbox = new();

    /// <summary>Begins to receive.</summary>
    /// <param name="socket">The connected socket, which this closes.</param>
    /// <param name="wake">Is called, on any thread, when something came.</param>
    public UdpEnd(Socket socket, Action wake)
    {
        _socket = socket;
        _wake = wake;
        _ = Task.Run(ReceiveAll);
    }

    /// <inheritdoc/>
    public bool TryReceive(Span<byte> buffer, out int length) => _inbox.TryTake(buffer, out length);

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> datagram) => UdpSending.Send(_socket, datagram, to: null);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAll()
    {
        byte[] buffer = new byte[ushort.MaxValue];
        while (true)
        {
            try
            {
                int length = await _socket.ReceiveAsync(buffer).ConfigureAwait(false);
                _inbox.Add(buffer.AsSpan(0, length));
                _wake();
            }
            catch (SocketException e) when (UdpSending.MayPass(e))
            {
                // Nobody listens there now. Somebody may later.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}

/// <summary>Sends datagrams that may be lost.</summary>
internal static class UdpSending
{
    /// <summary>Sends one. Without a buffer or a way it is lost, as on any network.</summary>
    public static void Send(Socket socket, ReadOnlySpan<byte> datagram, IPEndPoint? to)
    {
        try
        {
            if (to is null) { socket.Send(datagram); }
            else { socket.SendTo(datagram, to); }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Its sender must live with losses.
        }
    }

    /// <summary>Whether a failed receive says only that an earlier datagram found nobody.</summary>
    public static bool MayPass(SocketException e) =>
        e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.MessageSize;
}
