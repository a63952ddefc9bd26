namespace Punch.Protocol;

/// <summary>
/// A point on a driver's monotonic clock, in ticks of 100 ns since an origin that the driver chose. It is never wall-clock time.
/// </summary>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>The origin of the clock.</summary>
    public static readonly Instant Zero = new(0);

    /// <summary>The instant this long after the clock's origin.</summary>
    public static Instant At(TimeSpan sinceOrigin) => new(sinceOrigin.Ticks);

    /// <summary>The earlier of two deadlines; null means never.</summary>
    public static Instant? Earlier(Instant? a, Instant? b) =>
        a is null ? b : b is null || a.Value <= b.Value ? a : b;

    /// <inheritdoc/>
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(Instant a, Instant b) => a.Ticks < b.Ticks;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(Instant a, Instant b) => a.Ticks <= b.Ticks;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(Instant a, Instant b) => a.Ticks > b.Ticks;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(Instant a, Instant b) => a.Ticks >= b.Ticks;

    /// <summary>The instant <paramref name="duration"/> later.</summary>
    public static Instant operator +(Instant a, TimeSpan duration) => new(a.Ticks + duration.Ticks);

    /// <summary>The instant <paramref name="duration"/> earlier.</summary>
    public static Instant operator -(Instant a, TimeSpan duration) => new(a.Ticks - duration.Ticks);

    /// <summary>The time from <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static TimeSpan operator -(Instant a, Instant b) => new(a.Ticks - b.Ticks);

    /// <summary>Seconds since the clock's origin, for transcripts.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Ticks / 1e7:F6}s");
}
