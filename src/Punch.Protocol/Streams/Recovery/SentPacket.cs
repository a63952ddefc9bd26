namespace Punch.Protocol.Streams.Recovery;

/// <summary>A packet that counts as in flight.</summary>
/// <param name="Number">Its packet number: larger than those before it.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Size">Its size: bytes of UDP payload.</param>
/// <param name="Traits">What it means for loss detection.</param>
/// <param name="Content">What it carried.</param>
internal readonly record struct SentPacket(ulong Number, Instant SentAt, int Size, PacketTraits Traits, PacketContent Content)
{
    /// <summary>Whether the peer must acknowledge it.</summary>
    public bool IsAckEliciting => (Traits & PacketTraits.AckEliciting) != 0;

    /// <summary>Whether it tests a larger size.</summary>
    public bool IsMtuProbe => (Traits & PacketTraits.MtuProbe) != 0;

    /// <summary>Whether the application had no more to send.</summary>
    public bool IsLimited => (Traits & PacketTraits.Limited) != 0;
}
