namespace Punch.Protocol.Streams.Recovery;

/// <summary>The bounds that all kinds of congestion control share.</summary>
internal static class WindowSize
{
    /// <summary>No window is larger: 1 GiB is 8 Gbit/s over a second, and sums stay far from overflow.</summary>
    public const long Most = 1L << 30;

    /// <summary>RFC 9002 §7.2: ten packets, at most 14,720 bytes or two packets.</summary>
    public static long Initial(int maxPacket) => Math.Min(10L * maxPacket, Math.Max(14_720, 2L * maxPacket));
}
