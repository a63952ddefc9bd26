using Punch.Protocol.Stun;

namespace Punch.Server.Streams;

/// <summary>How much may wait in a <see cref="SendQueue"/> when a datagram is added.</summary>
internal enum SendKind
{
    /// <summary>A frame of the other party. It is dropped when the queue is full, as a network would.</summary>
    Frame,

    /// <summary>A notice. It has a little more room.</summary>
    Notice,

    /// <summary>A reply. There is always room, because nothing more is read from a client that takes none.</summary>
    Reply,
}

/// <summary>
/// What waits to be written to a connection, as frames. Any thread may add to it; one task writes. Datagrams beyond
/// <see cref="MaxLength"/> are dropped, never a part of one.
/// </summary>
internal sealed class SendQueue
{
    /// <summary>The most bytes that wait, with those that are being written: 0.1 s of 10 Mbit/s.</summary>
    public const int MaxLength = 128 * 1024;

    /// <summary>How much more may wait for notices.</summary>
    public const int NoticeRoom = 16 * 1024;

    /// <summary>How many bytes a frame has besides the datagram at most: header(4) + padding(3).</summary>
    public const int FrameOverhead = 7;

    /// <summary>How many replies may wait while more is read.</summary>
    public const int MostReplies = 16;

    private const int SmallBuffer = 4096;

    private readonly Lock _lock = new();
    private byte[] _waiting = [];
    private byte[] _leaving = [];
    private int _length;
    private int _leavingLength;
    private int _replies;
    private int _leavingReplies;
    private bool _isComplete;
    private TaskCompletionSource? _wake;
    private TaskCompletionSource? _taken;

    /// <summary>Adds a datagram as a frame.</summary>
    /// <returns>False, with nothing added, if there is no room or the connection ends.</returns>
    public bool TryAdd(ReadOnlySpan<byte> datagram, SendKind kind)
    {
        lock (_lock)
        {
            int whole = datagram.Length + FrameOverhead;
            if (_isComplete || _length + _leavingLength + whole > RoomFor(kind)) { return false; }

            if (_waiting.Length - _length < whole) { Array.Resize(ref _waiting, Math.Max(SmallBuffer, 2 * (_length + whole))); }

            int length = StreamFraming.Write(datagram, StreamFraming.OwnChannel, _waiting.AsSpan(_length));
            _length += length;
            _replies += kind == SendKind.Reply ? 1 : 0;
            _wake?.TrySetResult();
            return length > 0;
        }
    }

    /// <summary>Takes nothing more. What is there is still written.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _wake?.TrySetResult();
        }
    }

    /// <summary>Writes what is there and what comes, until the queue is complete and empty.</summary>
    public async Task WriteToAsync(IFrameCarrier carrier, CancellationToken cancellation)
    {
        while (true)
        {
            (ReadOnlyMemory<byte> frames, Task? wait) = Take();
            if (!frames.IsEmpty) { await carrier.WriteAsync(frames, cancellation).ConfigureAwait(false); }
            else if (wait is not null) { await wait.WaitAsync(cancellation).ConfigureAwait(false); }
            else { return; }
        }
    }

    /// <summary>Waits until the system has taken all replies, if many wait. A few do not keep a client's own frames back.</summary>
    public Task WaitForReplies(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_replies + _leavingReplies <= MostReplies) { return Task.CompletedTask; }

            _taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _taken.Task.WaitAsync(cancellation);
        }
    }

    private static int RoomFor(SendKind kind) => kind switch
    {
        SendKind.Frame => MaxLength,
        SendKind.Notice => MaxLength + NoticeRoom,
        _ => int.MaxValue,
    };

    /// <summary>Takes all that waits; the last that was taken is written. A task to wait for, if nothing waits and more may come.</summary>
    private (ReadOnlyMemory<byte> Frames, Task? Wait) Take()
    {
        lock (_lock)
        {
            (_waiting, _leaving) = (_leaving, _waiting);
            (_length, _leavingLength) = (0, _length);
            (_replies, _leavingReplies) = (0, _replies);
            if (_leavingReplies == 0) { _taken?.TrySetResult(); }

            if (_leavingLength > 0) { return (_leaving.AsMemory(0, _leavingLength), null); }

            // A connection that is idle needs no long buffer.
            if (_waiting.Length > SmallBuffer) { _waiting = []; }

            if (_leaving.Length > SmallBuffer) { _leaving = []; }

            if (_isComplete) { return (default, null); }

            _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (default, _wake.Task);
        }
    }
}
