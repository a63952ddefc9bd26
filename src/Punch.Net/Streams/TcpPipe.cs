using System.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>Datagrams in frames on a TCP connection between two peers. Its end does not hold the two ports.</summary>
/// <param name="socket">The connected socket, which the pipe closes.</param>
/// <param name="local">The near end, as the machine knows it; a wildcard host is normal.</param>
internal sealed class TcpPipe(Socket socket, TransportAddress local) : IMessagePipe
{
    /// <summary>What was sent just before the end has this long to arrive.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly FramedPipe _frames = new(new NetworkStream(socket, ownsSocket: false), local);
    private bool _hasWritten;
    private int _isDisposed;

    /// <inheritdoc/>
    public TransportAddress Local => local;

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _frames.ReadAsync(buffer, cancellation);

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlySpan<byte> datagram)
    {
        _hasWritten = true;
        return _frames.TryWrite(datagram);
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellation) => _frames.FlushAsync(cancellation);

    /// <summary>
    /// Closes it at once, except that what was sent has a moment to arrive: RST throws away what did not. The task of the stream calls it,
    /// never the loop.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) { return; }

        // No event tells of the last acknowledgement, so the system is asked again and again.
        long end = Environment.TickCount64 + (long)Farewell.TotalMilliseconds;
        while (_hasWritten && TcpOptions.HasUnconfirmed(socket) is not false && Environment.TickCount64 < end) { Thread.Sleep(Pause); }

        _frames.Dispose();
        socket.Dispose();
    }
}
