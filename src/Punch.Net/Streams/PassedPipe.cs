using System.Net.Sockets;
using Punch.Net.Unix;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Net.Streams;

/// <summary>
/// Datagrams in frames on a TCP connection that goes to another program in the end. It never reads more than the frame that it waits for:
/// what follows the last frame is for that program. The last frame of each side is an empty one on a channel of its own.
/// </summary>
/// <param name="socket">The connected socket, which the pipe closes unless it was passed on.</param>
/// <param name="local">The near end, as the machine knows it; a wildcard host is normal.</param>
internal sealed class PassedPipe(Socket socket, TransportAddress local) : IMessagePipe
{
    private const int HeaderLength = 4; // channel(2) + length(2)

    /// <summary>How long the peer may take to pass on its end, too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly byte[] LastFrame = [0x40, 0x01, 0, 0];

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly TaskCompletionSource<int?> _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _held = new byte[StreamFraming.MaxFrame];
    private readonly byte[] _written = new byte[StreamFraming.MaxFrame];
    private int _heldLength;
    private int _writtenLength;
    private bool _isLast;
    private int _isDisposed;

    /// <inheritdoc/>
    public TransportAddress Local => local;

    /// <summary>Whether the end passes the connection on, and does not close it.</summary>
    public bool Passes { get; set; }

    /// <summary>The descriptor that another program gets; null if the connection broke, or the peer does not pass it on.</summary>
    public Task<int?> Passed => _passed.Task;

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            int length = await ReadFrame(buffer, cancellation).ConfigureAwait(false);
            if (!_isLast) { return length; }
        }
        finally
        {
            _reading.Release();
        }

        // Nothing more comes for the loop, and the connection stays open until the loop has ended.
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        return -1;
    }

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlySpan<byte> datagram)
    {
        int length = StreamFraming.Write(datagram, StreamFraming.OwnChannel, _written.AsSpan(_writtenLength));
        _writtenLength += length;
        return length > 0;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await StreamErrors.Guard(Send(_written.AsMemory(0, _writtenLength), cancellation)).ConfigureAwait(false);
        _writtenLength = 0;
    }

    /// <summary>Passes the connection on, or closes it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) { return; }

        if (Passes)
        {
            _ = Task.Run(Pass);
            return;
        }

        socket.Dispose();
        _passed.SetResult(null);
    }

    private async Task Pass()
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await Send(LastFrame, limit.Token).ConfigureAwait(false);
            await _reading.WaitAsync(limit.Token).ConfigureAwait(false);
            while (!_isLast)
            {
                if (await ReadFrame(default, limit.Token).ConfigureAwait(false) < 0) { throw new StreamException("the peer closed it"); }
            }

            socket.LingerState = new LingerOption(false, 0);
            int descriptor = LibC.Duplicate((int)socket.Handle);
            if (OperatingSystem.IsLinux()) { LibC.MakeBlocking(descriptor); }

            // The socket is not disposed of, since that could shut the connection down.
            _passed.SetResult(descriptor);
        }
        catch (Exception e) when (e is StreamException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Dispose();
            _passed.SetResult(null);
        }
    }

    /// <summary>Reads a frame, and goes on where a cancelled read ended. The last frame has no payload.</summary>
    private async ValueTask<int> ReadFrame(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (!_isLast)
        {
            StreamFrame frame = StreamFraming.Read(_held.AsSpan(0, _heldLength), out int whole, out Range payload);
            if (frame == StreamFrame.Broken) { throw new StreamException("the far end does not speak punch's protocol"); }

            if (frame == StreamFrame.Whole)
            {
                _isLast = _held.AsSpan(0, _heldLength).SequenceEqual(LastFrame);
                _heldLength = 0;
                ReadOnlyMemory<byte> datagram = _held.AsMemory(0, whole)[payload];
                if (!buffer.IsEmpty) { datagram.CopyTo(buffer); }

                return datagram.Length;
            }

            Memory<byte> missing = _held.AsMemory(_heldLength, (whole == 0 ? HeaderLength : whole) - _heldLength);
            int count = await StreamErrors.Guard(Receive(missing, cancellation)).ConfigureAwait(false);
            if (count == 0) { return -1; }

            _heldLength += count;
        }

        return 0;
    }

    // A socket that was disposed of throws at the call, and not when it is waited for.
    private async ValueTask<int> Receive(Memory<byte> buffer, CancellationToken cancellation) =>
        await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);

    private async ValueTask Send(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty) { bytes = bytes[await socket.SendAsync(bytes, cancellation).ConfigureAwait(false)..]; }
    }
}
