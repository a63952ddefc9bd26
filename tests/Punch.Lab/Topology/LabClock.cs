using System.Diagnostics;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>The lab's monotonic clock. Packets, starts, lines of output and exits all have its time.</summary>
internal static class LabClock
{
    private static readonly long Origin = Stopwatch.GetTimestamp();

    public static Instant Now => Instant.At(Stopwatch.GetElapsedTime(Origin));

    /// <summary>Returns at the instant, within tens of microseconds. It sleeps first and spins at the end.</summary>
    public static void WaitUntil(Instant instant)
    {
        TimeSpan ahead = instant - Now - SpinFor;
        if (ahead > TimeSpan.Zero) { Thread.Sleep(ahead); }

        while (Now < instant) { Thread.SpinWait(20); }
    }

    private static readonly TimeSpan SpinFor = TimeSpan.FromMilliseconds(2);
}
