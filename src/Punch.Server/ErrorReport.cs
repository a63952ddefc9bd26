using Punch.Protocol;

namespace Punch.Server;

/// <summary>When to tell of errors of one kind: as soon as there is one, and at most once a minute.</summary>
internal sealed class ErrorReport
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _told;
    private Instant _next = Instant.Zero;

    /// <summary>Whether to tell now.</summary>
    /// <param name="total">How many there were in all.</param>
    /// <param name="now">When.</param>
    /// <param name="count">How many of them are to be told.</param>
    public bool IsDue(long total, Instant now, out long count)
    {
        count = total - _told;
        if (count == 0 || now < _next) { return false; }

        (_told, _next) = (total, now + Interval);
        return true;
    }
}
