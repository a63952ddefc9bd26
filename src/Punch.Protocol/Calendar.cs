namespace Punch.Protocol;

/// <summary>What day it is, for a machine that has no clock but the moments it is given: one reading of a wall clock, and when.</summary>
/// <param name="WallClock">What the wall clock said. It may be wrong.</param>
/// <param name="At">When it was read.</param>
public readonly record struct Calendar(DateTimeOffset WallClock, Instant At)
{
    /// <summary>Whole days since the beginning of 1970, in UTC; 0 before that.</summary>
    public uint DayAt(Instant now)
    {
        TimeSpan since = WallClock - DateTimeOffset.UnixEpoch + (now - At);
        return since > TimeSpan.Zero ? (uint)since.Days : 0;
    }
}
