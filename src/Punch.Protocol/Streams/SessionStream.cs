namespace Punch.Protocol.Streams;

/// <summary>A stream of a session, as its driver sees it.</summary>
/// <param name="session">The session.</param>
/// <param name="stream">The stream.</param>
internal sealed class SessionStream(StreamSession session, DataStream stream) : IByteStream
{
    private bool IsClosed => session.State is StreamSessionState.Closing or StreamSessionState.Closed;

    /// <inheritdoc/>
    public ulong Id => stream.Id;

    /// <inheritdoc/>
    public int Room => IsClosed ? 0 : session.RoomOf(stream);

    /// <inheritdoc/>
    public long Arrived => (long)stream.Send.End - stream.Send.Held;

    /// <inheritdoc/>
    public long Taken => (long)stream.Receive.Taken;

    /// <inheritdoc/>
    public bool IsAtEnd => stream.Receive.State == ReceiveState.DataRead;

    /// <inheritdoc/>
    public bool HasPeerFailed => stream.Receive.State == ReceiveState.ResetReceived;

    /// <inheritdoc/>
    public bool IsUnwanted => stream.Send.State is SendState.ResetSent or SendState.ResetReceived;

    /// <inheritdoc/>
    public bool IsDelivered => stream.Send.IsComplete;

    /// <inheritdoc/>
    public bool IsOver => stream.IsOver;

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> bytes, Instant now) => IsClosed ? 0 : session.Write(stream, bytes);

    /// <inheritdoc/>
    public void Finish(Instant now) => session.Finish(stream);

    /// <inheritdoc/>
    public void Fail(Instant now) => session.Reset(stream, (ulong)StreamError.Internal);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Peek() => stream.Receive.Peek();

    /// <inheritdoc/>
    public void Take(int count, Instant now) => session.Take(stream, count, now);

    /// <inheritdoc/>
    public void Consume(long offset, Instant now) => session.Consume(stream, (ulong)offset);

    /// <inheritdoc/>
    public void Refuse(Instant now) => session.Refuse(stream, (ulong)StreamError.Internal, now);
}
