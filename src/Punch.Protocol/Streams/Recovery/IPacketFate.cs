namespace Punch.Protocol.Streams.Recovery;

/// <summary>Hears what became of each tracked packet: exactly one call for each. It must not call <see cref="PacketRecovery"/>.</summary>
internal interface IPacketFate
{
    /// <summary>The peer has the packet.</summary>
    void Acknowledge(in SentPacket packet, Instant now);

    /// <summary>The packet is taken for lost: its content must be sent again.</summary>
    void Lose(in SentPacket packet, Instant now);
}
