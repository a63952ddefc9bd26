namespace Punch.Net;

/// <summary>How the system is asked to wait.</summary>
internal static class SystemWait
{
    /// <summary>
    /// How long a receive blocks by itself. No other thread can end that wait, so it is short, and only for a datagram that is about to
    /// come.
    /// </summary>
    public static readonly TimeSpan LongestBlock = TimeSpan.FromMilliseconds(20);

    /// <summary>Whole milliseconds, rounded up: a loop that woke early would only wait again, in turns of no length.</summary>
    public static int Milliseconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalMilliseconds);
}
