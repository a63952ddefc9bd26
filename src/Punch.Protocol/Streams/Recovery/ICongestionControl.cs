namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// How many bytes may be in flight. For an acknowledgement <see cref="PacketRecovery"/> calls <see cref="Acknowledge"/>, then
/// <see cref="Lose"/> if it showed losses, then <see cref="Grow"/>.
/// </summary>
internal interface ICongestionControl
{
    /// <summary>The congestion window in bytes: at least two packets.</summary>
    long Window { get; }

    /// <summary>Whether the window still doubles each round trip, so the pacer must leave room for that.</summary>
    bool IsSlowStart { get; }

    /// <summary>Begins on a path that nothing is known about.</summary>
    void Reset(int maxPacket);

    /// <summary>Takes another size of the largest packet. The window stays, but for its least size (RFC 9002 §7.2).</summary>
    void Resize(int maxPacket);

    /// <summary>Takes what an acknowledgement measured. The window does not grow yet.</summary>
    void Acknowledge(in AckSample sample);

    /// <summary>Takes a loss. True if it was a sign of congestion and reduced the window.</summary>
    bool Lose(in LossSample sample);

    /// <summary>
    /// Grows the window by acknowledged bytes that may grow it (RFC 9002 §7.3.1, §7.8): they were sent with a full window after the last
    /// reduction.
    /// </summary>
    void Grow(long bytes, TimeSpan smoothed, Instant now);

    /// <summary>Takes back the last reduction: the packets were not lost.</summary>
    void Undo();

    /// <summary>Goes back to the least window after persistent congestion (RFC 9002 §7.6).</summary>
    void Collapse();
}
