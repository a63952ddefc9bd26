using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// The only clock of the program. It is monotonic and starts at construction. Wall-clock time never reaches a state machine, so setting the
/// wall clock during a session changes nothing.
/// </summary>
/// <param name="provider">The source of time; null for the system.</param>
public sealed class MonotonicClock(TimeProvider? provider = null)
{
    private readonly TimeProvider _provider = provider ?? TimeProvider.System;
    private readonly long _origin = (provider ?? TimeProvider.System).GetTimestamp();

    /// <summary>The current time. It never goes back.</summary>
    public Instant Now => Instant.At(_provider.GetElapsedTime(_origin));
}
