namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// The window as a cubic function of the time since the last reduction (RFC 9438 §4). Windows are in packets, times in seconds.
/// </summary>
internal record struct CubicCurve
{
    /// <summary>The share of the window that a reduction leaves (RFC 9438 §4.6, β_cubic).</summary>
    public const double Beta = 0.7;

    // RFC 9438 §5: C.
    private const double Scale = 0.4;

    // RFC 9438 §4.3: α_cubic, so that the estimate grows as Reno's window on average.
    private const double RenoGrowth = 3 * (1 - Beta) / (1 + Beta);

    private double _origin;
    private double _prior;
    private double _reno;
    private double _period;
    private Instant? _begunAt;
    private Instant _grownAt;

    /// <summary>The window before the last reduction, or less after two reductions in a row (W_max).</summary>
    public double Most { get; private set; }

    /// <summary>Takes a window that was too large. It returns the window to go on with.</summary>
    public double Reduce(double window)
    {
        // RFC 9438 §4.7, fast convergence: a flow that is reduced again before it reached the old window leaves room for a new one.
        Most = window < Most ? window * (1 + Beta) / 2 : window;
        _prior = window;
        _begunAt = null;
        return window * Beta;
    }

    /// <summary>Takes the window at which slow start ended without a loss (RFC 9438 §4.10).</summary>
    public void Leave(double window) => (Most, _prior, _begunAt) = (window, window, null);

    /// <summary>Begins the time anew when the window grows along the curve again: slow start comes first.</summary>
    public void Pause() => _begunAt = null;

    /// <summary>Forgets the curve.</summary>
    public void Reset() => this = default;

    /// <summary>The window after acknowledged packets (RFC 9438 §4.2 to §4.5).</summary>
    public double Grow(double window, double packets, TimeSpan roundTrip, Instant now)
    {
        if (_begunAt is null) { Begin(window, now); }

        // RFC 9438 §5.8: the time in which the application sent too little does not count.
        if (now - _grownAt > roundTrip * 2) { _begunAt += now - _grownAt; }

        _grownAt = now;
        double time = (now - _begunAt!.Value).TotalSeconds;
        _reno += (_reno < _prior ? RenoGrowth : 1) * packets / window;
        if (At(time) < _reno) { return Math.Max(window, _reno); }

        double target = Math.Clamp(At(time + roundTrip.TotalSeconds), window, window * 1.5);
        return window + ((target - window) / window * packets);
    }

    /// <summary>W_cubic of RFC 9438 §4.2.</summary>
    private readonly double At(double time) => (Scale * Math.Pow(time - _period, 3)) + _origin;

    private void Begin(double window, Instant now)
    {
        _begunAt = now;
        _grownAt = now;
        _reno = window;
        _origin = Math.Max(Most, window);
        _period = Math.Cbrt((_origin - window) / Scale);
    }
}
