namespace Punch.Net;

/// <summary>Rules for waits in system calls.</summary>
internal static class SystemWait
{
    /// <summary>
    /// How long a receive may block. No other thread can end that wait, so it is short, and only used when a datagram is about to come.
    /// </summary>
    public static readonly TimeSpan LongestBlock = TimeSpan.FromMilliseconds(20);

    /// <summary>Whole milliseconds, rounded up. A loop that wakes too early would only wait again, with a wait of zero.</summary>
    public static int Milliseconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalMilliseconds);

    /// <summary>Whole microseconds, rounded up.</summary>
    public static int Microseconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalMicroseconds);
}
