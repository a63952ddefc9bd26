using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// The only clock of the program: monotonic, with its origin at construction. Wall-clock time never reaches a state machine, so a
/// clock that is set while a session runs changes nothing.
/// </summary>
/// <param name="provider">Where time comes from; null is the system.</param>
public sealed class MonotonicClock(TimeProvider? provider = null)
{
    private readonly TimeProvider _provider = provider ?? TimeProvider.System;
    private readonly long _origin = (provider ?? TimeProvider.System).GetTimestamp();

    /// <summary>The present moment; never earlier than one read before.</summary>
    public Instant Now => Instant.At(_provider.GetElapsedTime(_origin));
}
