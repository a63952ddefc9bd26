namespace Punch.Protocol.Streams.Recovery;

/// <summary>The packets that one acknowledgement names for the first time.</summary>
internal struct AckBatch()
{
    /// <summary>How many there are.</summary>
    public int Packets { get; private set; }

    /// <summary>Bytes in those that may grow the window (RFC 9002 §7.3.1, §7.8).</summary>
    public long GrowthBytes { get; private set; }

    /// <summary>The ordinal of the newest one; -1 if there is none.</summary>
    public long Newest { get; private set; } = -1;

    /// <summary>When the newest one was sent.</summary>
    public Instant NewestSentAt { get; private set; }

    /// <summary>Whether the peer had to acknowledge one of them.</summary>
    public bool AnyEliciting { get; private set; }

    /// <summary>Adds a packet.</summary>
    public void Add(in SentPacket packet, long ordinal, bool isAfterReduction)
    {
        Packets++;
        AnyEliciting |= packet.IsAckEliciting;
        if (ordinal > Newest) { (Newest, NewestSentAt) = (ordinal, packet.SentAt); }

        if (isAfterReduction && !packet.IsLimited) { GrowthBytes += packet.Size; }
    }
}
