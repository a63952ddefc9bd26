namespace Punch.Protocol.Streams.Recovery;

/// <summary>How many bytes may be in flight. <see cref="PacketRecovery"/> tells it each acknowledgement and each loss.</summary>
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

    /// <summary>Takes an acknowledgement.</summary>
    void Acknowledge(in AckSample sample);

    /// <summary>Takes a loss. True if it was a sign of congestion and reduced the window.</summary>
    bool Lose(in LossSample sample);

    /// <summary>Takes back the last reduction: the packets were not lost.</summary>
    void Undo();

    /// <summary>Goes back to the least window after persistent congestion (RFC 9002 §7.6).</summary>
    void Collapse();
}
