namespace Punch.Protocol.Session;

/// <summary>Sums up round trips as they are measured.</summary>
internal sealed class RoundTripMeter
{
    private long _count;
    private double _sum;
    private double _sumOfSquares;
    private double _jitter;
    private TimeSpan _last;

    public bool HasAny => _count > 0;

    /// <summary>The newest round trip; zero before the first.</summary>
    public TimeSpan Last => _last;

    /// <summary>The shortest round trip; zero before the first.</summary>
    public TimeSpan Shortest => HasAny ? Min : TimeSpan.Zero;

    private TimeSpan Min { get; set; } = TimeSpan.MaxValue;

    private TimeSpan Max { get; set; } = TimeSpan.Zero;

    public void Add(TimeSpan roundTrip)
    {
        // RFC 3550 §6.4.1: J += (|D| - J) / 16, with D the difference of successive round trips, since the text carries no send time.
        if (_count > 0) { _jitter += (Math.Abs((roundTrip - _last).Ticks) - _jitter) / 16; }

        _count++;
        _last = roundTrip;
        _sum += roundTrip.Ticks;
        _sumOfSquares += (double)roundTrip.Ticks * roundTrip.Ticks;
        Min = roundTrip < Min ? roundTrip : Min;
        Max = roundTrip > Max ? roundTrip : Max;
    }

    public RoundTrips Summary()
    {
        if (_count == 0) { return default; }

        double mean = _sum / _count;
        double deviation = Math.Sqrt(Math.Max(0, (_sumOfSquares / _count) - (mean * mean)));
        return new RoundTrips(_count, Min, new TimeSpan((long)mean), Max, new TimeSpan((long)deviation), new TimeSpan((long)_jitter));
    }
}
