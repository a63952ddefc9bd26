namespace Punch.Protocol.Streams.Recovery;

/// <summary>The packets that were taken for lost together.</summary>
internal struct LossBatch
{
    /// <summary>How many there are, probes of the path MTU not counted (RFC 9000 §14.4).</summary>
    public int Packets { get; private set; }

    /// <summary>Whether all were sent before the last reduction.</summary>
    public bool IsRecovering { get; set; }

    /// <summary>Adds a packet.</summary>
    public void Add(in SentPacket packet, Instant reducedAt)
    {
        if (packet.IsMtuProbe) { return; }

        Packets++;
        IsRecovering &= packet.SentAt <= reducedAt;
    }
}
