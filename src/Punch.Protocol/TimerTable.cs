using System.Runtime.CompilerServices;

namespace Punch.Protocol;

/// <summary>The deadlines of one machine, one for each meaning. An unset timer is never due.</summary>
/// <typeparam name="TTimer">The meanings: an enum that counts from 0.</typeparam>
internal sealed class TimerTable<TTimer>
    where TTimer : struct, Enum
{
    private readonly Instant?[] _deadlines = new Instant?[Enum.GetValues<TTimer>().Length];

    /// <summary>When a timer is due; null if it is not set.</summary>
    public Instant? this[TTimer timer]
    {
        get => _deadlines[IndexOf(timer)];
        set => _deadlines[IndexOf(timer)] = value;
    }

    /// <summary>The earliest deadline; null if none is set.</summary>
    public Instant? Next
    {
        get
        {
            Instant? next = null;
            foreach (Instant? deadline in _deadlines) { next = Instant.Earlier(next, deadline); }

            return next;
        }
    }

    /// <summary>Whether a timer is due. It stays set.</summary>
    public bool IsDue(TTimer timer, Instant now) => this[timer] <= now;

    /// <summary>Clears a timer that is due; false if it is not due.</summary>
    public bool TryTake(TTimer timer, Instant now)
    {
        bool isDue = IsDue(timer, now);
        if (isDue) { this[timer] = null; }

        return isDue;
    }

    /// <summary>Clears all timers.</summary>
    public void Clear() => Array.Clear(_deadlines);

    private static int IndexOf(TTimer timer) => Unsafe.As<TTimer, int>(ref timer);
}
