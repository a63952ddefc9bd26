namespace Punch.Protocol.Streams.Recovery;

/// <summary>What loss detection and congestion control must know of a packet.</summary>
[Flags]
internal enum PacketTraits
{
    None = 0,

    /// <summary>The peer must acknowledge it (RFC 9000 §13.2.1).</summary>
    AckEliciting = 1,

    /// <summary>It tests a larger size. Its loss says nothing about congestion (RFC 9000 §14.4).</summary>
    MtuProbe = 2,

    /// <summary>The application had no more to send, so its acknowledgement does not grow the window (RFC 9002 §7.8).</summary>
    Limited = 4,
}
