namespace Punch.Protocol.Streams.Recovery;

/// <summary>Counts since the start, for reports.</summary>
internal record struct RecoveryStatistics
{
    /// <summary>Tracked packets sent.</summary>
    public long PacketsSent { get; set; }

    /// <summary>Bytes of UDP payload in them.</summary>
    public long BytesSent { get; set; }

    /// <summary>Packets that the peer acknowledged in time.</summary>
    public long PacketsAcknowledged { get; set; }

    /// <summary>Bytes in them.</summary>
    public long BytesAcknowledged { get; set; }

    /// <summary>Packets taken for lost.</summary>
    public long PacketsLost { get; set; }

    /// <summary>Bytes in them.</summary>
    public long BytesLost { get; set; }

    /// <summary>Packets taken for lost and acknowledged later.</summary>
    public long Spurious { get; set; }

    /// <summary>Probe timeouts.</summary>
    public long ProbeTimeouts { get; set; }

    /// <summary>Reductions of the window.</summary>
    public long Reductions { get; set; }

    /// <summary>Reductions that were taken back because all their losses were spurious.</summary>
    public long Undone { get; set; }

    /// <summary>Times of persistent congestion.</summary>
    public long Collapses { get; set; }
}
