using Punch.Protocol.Streams;

namespace Punch.Protocol.Forwarding;

/// <summary>
/// Joins a stream to a connection of this machine. Each end of one side becomes the same end on the other: a half-close, a reset, a reader
/// that went away. A slow side makes the other one wait.
/// </summary>
/// <param name="stream">The stream.</param>
/// <param name="end">The connection, which the joint closes.</param>
public sealed class StreamJoint(IByteStream stream, IByteEnd end) : IJoint
{
    // How much further the stream is than the end: its head is not for the program here, and a greeting is not from the stream.
    private long? _ahead;
    private long _given;
    private bool _isInputOver;
    private bool _isOutputOver;

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public (long Sent, long Received) Carried => (_given, stream.Taken - (_ahead ?? stream.Taken));

    /// <inheritdoc/>
    public Instant? Next => null;

    /// <inheritdoc/>
    public void Send(Instant now)
    {
        while (!_isInputOver && stream.Room > 0 && end.Peek() is { IsEmpty: false } bytes)
        {
            int count = stream.Write(bytes, now);
            end.Use(count);
            _given += count;
        }

        if (_isInputOver || !(end.IsAtEnd || stream.IsUnwanted)) { return; }

        _isInputOver = true;
        if (stream.IsUnwanted) { return; }

        if (end.HasFailed) { stream.Fail(now); }
        else { stream.Finish(now); }
    }

    /// <inheritdoc/>
    public void Turn(Instant now)
    {
        if (IsOver) { return; }

        Send(now);
        Receive(now);
        if (!_isInputOver || !_isOutputOver || !stream.IsOver) { return; }

        IsOver = true;
        end.Dispose();
    }

    /// <inheritdoc/>
    public void Deliver(ReadOnlySpan<byte> datagram, Instant now)
    {
        // A stream of bytes has no datagrams: the peer is wrong, and nobody misses them.
    }

    /// <inheritdoc/>
    public void Skip(int count, Instant now) => stream.Take(count, now);

    /// <inheritdoc/>
    public void Abort(Instant now)
    {
        (_isInputOver, _isOutputOver, IsOver) = (true, true, true);
        stream.Fail(now);
        stream.Refuse(now);
        end.Abort();
    }

    private void Receive(Instant now)
    {
        if (_isOutputOver) { return; }

        _ahead ??= stream.Taken - end.Queued;
        while (!end.IsBroken && end.HasRoom && stream.Peek() is { IsEmpty: false } bytes)
        {
            end.Write(bytes);
            stream.Take(bytes.Length, now);
        }

        // It may finish at any moment, and the bytes that it has then must be counted.
        bool isFinished = end.IsFinished;
        stream.Consume(Math.Max(0, _ahead.Value + end.Written), now);
        if (stream.HasPeerFailed)
        {
            // Bytes are missing, so the program here must not see an orderly end.
            _isOutputOver = true;
            end.Abort();
        }
        else if (end.IsBroken)
        {
            _isOutputOver = true;
            stream.Refuse(now);
        }
        else if (stream.IsAtEnd)
        {
            end.Finish();
            _isOutputOver = isFinished;
        }
    }
}
