namespace Punch.Protocol.Streams.Recovery;

/// <summary>Whether a packet may be sent now, or why not.</summary>
internal enum SendPermission
{
    Yes,

    /// <summary>The congestion window is full, or there is no path. An acknowledgement or a loss makes room.</summary>
    WindowFull,

    /// <summary>The pacer spreads the window over the round trip: ask again at <see cref="PacketRecovery.NextSend"/>.</summary>
    Paced,

    /// <summary>Too many packets are tracked.</summary>
    TableFull,
}
