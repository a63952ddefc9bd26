using Punch.Cli.Output;

namespace Punch.Cli.Pipe;

/// <summary>
/// Writes on a thread of its own, so that a slow reader does not stop the session or close its path. The waiting data is limited: above
/// <see cref="HoldAt"/> the peer is asked to pause, and above <see cref="MaxWaiting"/> a datagram is dropped.
/// </summary>
internal sealed class OutputPump
{
    /// <summary>The waiting bytes at which the peer is asked to pause.</summary>
    public const int HoldAt = 1 << 20;

    /// <summary>The waiting bytes at which the peer may go on.</summary>
    public const int ReleaseAt = HoldAt / 4;

    /// <summary>The most waiting bytes. They hold more than a whole window of the peer on top of <see cref="HoldAt"/>.</summary>
    public const int MaxWaiting = 8 << 20;

    private static readonly TimeSpan PatienceWhenStopped = TimeSpan.FromMilliseconds(300);

    private readonly IByteSink _sink;
    private readonly Action _onProgress;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private byte[] _waiting = new byte[65_536];
    private byte[] _writing = new byte[65_536];
    private int _waitingLength;
    private bool _isFinishing;
    private long _written;

    /// <summary>Begins to write to a sink.</summary>
    /// <param name="sink">The destination.</param>
    /// <param name="onProgress">Called on the writing thread when there is room again, or the sink has closed.</param>
    public OutputPump(IByteSink sink, Action onProgress)
    {
        _sink = sink;
        _onProgress = onProgress;
        _thread = new Thread(Run) { IsBackground = true, Name = "standard output" };
        _thread.Start();
    }

    /// <summary>The bytes that the system has taken.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>The number of datagrams dropped because the reader is too slow.</summary>
    public long Dropped { get; private set; }

    /// <summary>The number of waiting bytes, without those that are being written.</summary>
    public int Waiting
    {
        get { lock (_gate) { return _waitingLength; } }
    }

    /// <summary>Takes bytes for writing.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_waitingLength + bytes.Length > MaxWaiting)
            {
                Dropped++;
                return;
            }

            if (_waitingLength + bytes.Length > _waiting.Length)
            {
                Array.Resize(ref _waiting, Math.Max(_waiting.Length * 2, _waitingLength + bytes.Length));
            }

            bytes.CopyTo(_waiting.AsSpan(_waitingLength));
            _waitingLength += bytes.Length;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until everything is written, but only briefly once asked to stop. Returns whether all was written.</summary>
    public bool Finish(CancellationToken stop)
    {
        lock (_gate)
        {
            _isFinishing = true;
            Monitor.Pulse(_gate);
        }

        while (!_thread.Join(PatienceWhenStopped))
        {
            if (stop.IsCancellationRequested) { return false; }
        }

        return true;
    }

    private void Run()
    {
        while (WaitForSome() is > 0 and int length)
        {
            _sink.Write(_writing.AsSpan(0, length));
            if (!_sink.IsClosed) { Interlocked.Add(ref _written, length); }

            _onProgress();
        }
    }

    /// <summary>Waits for bytes and takes all of them; returns 0 if none will come.</summary>
    private int WaitForSome()
    {
        lock (_gate)
        {
            while (_waitingLength == 0 && !_isFinishing) { Monitor.Wait(_gate); }

            (_waiting, _writing) = (_writing, _waiting);
            int length = _waitingLength;
            _waitingLength = 0;
            return length;
        }
    }
}
