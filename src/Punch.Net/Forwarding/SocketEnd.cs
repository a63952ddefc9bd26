using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using Punch.Protocol.Forwarding;

namespace Punch.Net.Forwarding;

/// <summary>
/// A connected socket with a queue in each direction, so that the loop never waits for it. An idle connection holds no buffer.
/// </summary>
public sealed class SocketEnd : IByteEnd
{
    /// <summary>The waiting bytes at which no more are taken.</summary>
    public const int HoldAt = 1 << 18;

    private const int BlockSize = 1 << 16;
    private const int MostBlocks = 4;

    private readonly Socket _socket;
    private readonly Action _wake;
    private readonly Channel<Block> _input = Channel.CreateBounded<Block>(
        new BoundedChannelOptions(MostBlocks) { SingleReader = true, SingleWriter = true });
    private readonly Channel<Block> _output = Channel.CreateUnbounded<Block>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private Block _block;
    private int _used;
    private long _queued;
    private long _written;
    private volatile bool _hasReadAll;
    private volatile bool _hasFailed;
    private volatile bool _isFinished;
    private volatile bool _isBroken;
    private bool _isDisposed;

    private readonly record struct Block(byte[] Bytes, int Length);

    /// <summary>Begins to read and write.</summary>
    /// <param name="socket">The connected socket, which this closes.</param>
    /// <param name="wake">Is called, on any thread, when something changed.</param>
    public SocketEnd(Socket socket, Action wake)
    {
        _socket = socket;
        _wake = wake;
        _ = Task.Run(ReadAll);
        _ = Task.Run(WriteAll);
    }

    /// <inheritdoc/>
    public bool IsAtEnd => _hasReadAll && Peek().IsEmpty;

    /// <inheritdoc/>
    public bool HasFailed => _hasFailed;

    /// <inheritdoc/>
    public bool HasRoom => _queued - Interlocked.Read(ref _written) < HoldAt;

    /// <inheritdoc/>
    public long Queued => _queued;

    /// <inheritdoc/>
    public long Written => Interlocked.Read(ref _written);

    /// <inheritdoc/>
    public bool IsFinished => _isFinished;

    /// <inheritdoc/>
    public bool IsBroken => _isBroken;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Peek()
    {
        if (_block.Bytes is null && !_input.Reader.TryRead(out _block)) { return default; }

        return _block.Bytes.AsSpan(_used, _block.Length - _used);
    }

    /// <inheritdoc/>
    public void Use(int count)
    {
        _used += count;
        if (_used < _block.Length) { return; }

        ArrayPool<byte>.Shared.Return(_block.Bytes);
        _block = default;
        _used = 0;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        _queued += bytes.Length;
        _output.Writer.TryWrite(new Block(copy, bytes.Length));
    }

    /// <inheritdoc/>
    public void Finish() => _output.Writer.TryComplete();

    /// <summary>Closes it with RST, so that the other program does not take it for an orderly end.</summary>
    public void Abort()
    {
        if (_isDisposed) { return; }

        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // A Unix socket has no RST, and a dead one needs none.
        }

        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) { return; }

        _isDisposed = true;
        _stop.Cancel();
        _output.Writer.TryComplete();
        _socket.Dispose();
    }

    private async Task ReadAll()
    {
        try
        {
            while (await ReadBlock().ConfigureAwait(false) is { Length: > 0 } block)
            {
                await _input.Writer.WriteAsync(block, _stop.Token).ConfigureAwait(false);
                _wake();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _hasFailed = true;
        }

        _hasReadAll = true;
        _wake();
    }

    private async Task<Block> ReadBlock()
    {
        // Waits without a buffer.
        await _socket.ReceiveAsync(Memory<byte>.Empty, _stop.Token).ConfigureAwait(false);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(BlockSize);
        int length = await _socket.ReceiveAsync(bytes, _stop.Token).ConfigureAwait(false);
        if (length == 0) { ArrayPool<byte>.Shared.Return(bytes); }

        return new Block(bytes, length);
    }

    private async Task WriteAll()
    {
        try
        {
            await foreach (Block block in _output.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await WriteBlock(block).ConfigureAwait(false);
                _wake();
            }

            _socket.Shutdown(SocketShutdown.Send);
            _isFinished = true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _isBroken = true;
        }

        _wake();
    }

    private async Task WriteBlock(Block block)
    {
        for (int sent = 0; sent < block.Length;)
        {
            int count = await _socket.SendAsync(block.Bytes.AsMemory(sent, block.Length - sent), _stop.Token).ConfigureAwait(false);
            sent += count;
            Interlocked.Add(ref _written, count);
        }

        ArrayPool<byte>.Shared.Return(block.Bytes);
    }
}
