using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>
/// One stream of a <see cref="StreamCarrier"/>, from the request to its end. A task opens it, then one reads and one writes.
/// </summary>
/// <param name="remote">The far end.</param>
/// <param name="wake">Says that there is something to take.</param>
internal sealed class CarriedStream(TransportAddress remote, Action wake) : IDisposable
{
    /// <summary>How many bytes wait for a slow connection at most, in each direction.</summary>
    public const int QueueLength = 128 * 1024;

    // No datagram is larger.
    private const int BufferLength = 65_535;

    /// <summary>What was sent just before the end has this long to leave.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    private readonly DatagramQueue _incoming = new(QueueLength);
    private readonly DatagramQueue _outgoing = new(QueueLength);
    private readonly CancellationTokenSource _stop = new();
    private volatile Phase _phase;
    private string? _reason;
    private bool _isRefused;
    private TransportAddress _local;
    private bool _isAnnounced;

    private enum Phase
    {
        Connecting,
        Open,
        Closed,
    }

    /// <summary>The far end.</summary>
    public TransportAddress Remote => remote;

    /// <summary>Ends after the stream.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to open it.</summary>
    public void Begin(Func<CancellationToken, Task<IMessagePipe>> open) => Work = Task.Run(() => Run(open));

    /// <summary>Queues a datagram to be sent.</summary>
    /// <returns>False if the stream is not open, or the queue is full.</returns>
    public bool TrySend(ReadOnlySpan<byte> datagram) => _phase == Phase.Open && _outgoing.TryAdd(datagram);

    /// <summary>Takes a datagram that came. The loop hears first that the stream is open.</summary>
    public bool TryReceive(Span<byte> buffer, out StreamDatagram datagram)
    {
        datagram = default;
        if (!_isAnnounced || !_incoming.TryTake(buffer, out int length)) { return false; }

        datagram = new StreamDatagram(remote, _local, length);
        if (_phase == Phase.Closed && _incoming.IsEmpty) { wake(); }

        return true;
    }

    /// <summary>Takes the next notice: it is open, or, after the last datagram, it is closed.</summary>
    public bool TryNotice(out NetworkNotice notice)
    {
        notice = default;
        Phase phase = _phase;
        if (phase == Phase.Connecting) { return false; }

        if (!_isAnnounced && _local != default)
        {
            _isAnnounced = true;
            notice = NetworkNotice.StreamOpened(_local, remote);
            return true;
        }

        if (phase != Phase.Closed || !_incoming.IsEmpty) { return false; }

        notice = NetworkNotice.StreamClosed(remote, _reason, _isRefused);
        return true;
    }

    /// <summary>Gives up connecting, or sends what is queued, and closes. It does not wait for that.</summary>
    public void Close()
    {
        _outgoing.Complete();
        _stop.CancelAfter(_phase == Phase.Open ? Farewell : TimeSpan.Zero);
    }

    /// <summary>Frees what it holds. Only after the end of <see cref="Work"/>, or after the notice that it is closed.</summary>
    public void Dispose() => _stop.Dispose();

    private async Task Run(Func<CancellationToken, Task<IMessagePipe>> open)
    {
        try
        {
            using IMessagePipe pipe = await open(_stop.Token).ConfigureAwait(false);
            _local = pipe.Local;
            _phase = Phase.Open;
            wake();
            await Transfer(pipe).ConfigureAwait(false);
        }
        catch (StreamException e)
        {
            _reason = e.Message;
            _isRefused = e.IsRefused;
        }
        catch (OperationCanceledException)
        {
            // The loop closed it, and knows.
        }
        finally
        {
            _phase = Phase.Closed;
            _outgoing.Complete();
            wake();
        }
    }

    /// <summary>Reads and writes until one of the two ends.</summary>
    private async Task Transfer(IMessagePipe pipe)
    {
        Task reading = Read(pipe);
        Task writing = Write(pipe);
        Task first = await Task.WhenAny(reading, writing).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        pipe.Dispose();
        try
        {
            await Task.WhenAll(reading, writing).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StreamException or OperationCanceledException)
        {
            // The one that ended first tells why.
        }

        await first.ConfigureAwait(false);
    }

    private async Task Read(IMessagePipe pipe)
    {
        byte[] buffer = new byte[BufferLength];
        while (true)
        {
            int length = await pipe.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
            if (length < 0) { return; }

            // A loop that is behind slows the far end down: the connection does not drop anything by itself.
            while (!_incoming.TryAdd(buffer.AsSpan(0, length))) { await _incoming.AwaitTaken(_stop.Token).ConfigureAwait(false); }

            wake();
        }
    }

    private async Task Write(IMessagePipe pipe)
    {
        byte[] buffer = new byte[BufferLength];
        while (!_outgoing.IsDrained)
        {
            bool isPending = false;
            while (_outgoing.TryTake(buffer, out int length))
            {
                if (!pipe.TryWrite(buffer.AsSpan(0, length)))
                {
                    await pipe.FlushAsync(_stop.Token).ConfigureAwait(false);
                    pipe.TryWrite(buffer.AsSpan(0, length));
                }

                isPending = true;
            }

            if (isPending) { await pipe.FlushAsync(_stop.Token).ConfigureAwait(false); }
            else if (!_outgoing.IsDrained) { await _outgoing.AwaitAdded(_stop.Token).ConfigureAwait(false); }
        }
    }
}
