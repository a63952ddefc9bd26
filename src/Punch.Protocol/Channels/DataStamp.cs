namespace Punch.Protocol.Channels;

/// <summary>
/// When a datagram of data left, on the clock of its sender: 16 bits that wrap around each 1.3 s. Only differences mean something.
/// </summary>
internal static class DataStamp
{
    /// <summary>The length in bytes.</summary>
    public const int Length = sizeof(ushort);

    /// <summary>What it counts.</summary>
    public static readonly TimeSpan Unit = TimeSpan.FromMicroseconds(20);

    /// <summary>The stamp of a time.</summary>
    public static ushort Of(Instant time) => (ushort)((ulong)(time.Ticks / Unit.Ticks) & ushort.MaxValue);
}

/// <summary>What a wire tells of a datagram of data.</summary>
/// <param name="Number">The number of its frame; 0 on a wire without numbers.</param>
/// <param name="Stamp">When it left; null if it does not say.</param>
/// <param name="At">When it came.</param>
internal readonly record struct DataArrival(ulong Number, ushort? Stamp, Instant At);
