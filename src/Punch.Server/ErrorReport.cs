using Punch.Protocol;

namespace Punch.Server;

/// <summary>Decides when to report errors of one kind: at the first error, then at most once a minute.</summary>
internal sealed class ErrorReport
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _told;
    private Instant _next = Instant.Zero;

    /// <summary>Whether to report now.</summary>
    /// <param name="total">The number of errors since the start.</param>
    /// <param name="now">The current time.</param>
    /// <param name="count">The number of errors since the last report.</param>
    public bool IsDue(long total, Instant now, out long count)
    {
        count = total - _told;
        if (count == 0 || now < _next) { return false; }

        (_told, _next) = (total, now + Interval);
        return true;
    }
}
