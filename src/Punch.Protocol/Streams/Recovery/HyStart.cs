namespace Punch.Protocol.Streams.Recovery;

/// <summary>Finds the end of the first slow start before packets get lost, by the growth of the round trip (RFC 9406, HyStart++).</summary>
internal sealed class HyStart
{
    // RFC 9406 §4.3.
    private const int SamplesEach = 8;
    private const int RoundTripDivisor = 8;
    private const int GrowthDivisor = 4;
    private const int ConservativeRounds = 5;

    private static readonly TimeSpan LeastRise = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan MostRise = TimeSpan.FromMilliseconds(16);

    private TimeSpan _lastRound = TimeSpan.MaxValue;
    private TimeSpan _thisRound = TimeSpan.MaxValue;
    private TimeSpan _baseline = TimeSpan.MaxValue;
    private int _samples;
    private int _rounds;

    /// <summary>Whether slow start goes on at a quarter of its speed (RFC 9406 §4.2, Conservative Slow Start).</summary>
    public bool IsConservative => _baseline != TimeSpan.MaxValue;

    /// <summary>Whether the round trip has stayed longer, so slow start is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How many of these acknowledged bytes the window grows by. No limit of a burst: packets are paced.</summary>
    public long Growth(long bytes) => IsConservative ? bytes / GrowthDivisor : bytes;

    /// <summary>Begins again.</summary>
    public void Reset()
    {
        (_lastRound, _thisRound, _baseline) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
        (_samples, _rounds, IsOver) = (0, 0, false);
    }

    /// <summary>Takes an acknowledgement.</summary>
    public void Acknowledge(in AckSample sample)
    {
        if (sample.StartsRound) { BeginRound(); }

        if (sample.RoundTrip is not { } roundTrip) { return; }

        _thisRound = roundTrip < _thisRound ? roundTrip : _thisRound;
        if (++_samples < SamplesEach) { return; }

        if (IsConservative)
        {
            // The rise was a jitter: slow start goes on.
            if (_thisRound < _baseline) { (_baseline, _rounds) = (TimeSpan.MaxValue, 0); }
        }
        else if (_lastRound != TimeSpan.MaxValue && _thisRound >= _lastRound + Rise(_lastRound)) { _baseline = _thisRound; }
    }

    private void BeginRound()
    {
        (_lastRound, _thisRound, _samples) = (_thisRound, TimeSpan.MaxValue, 0);
        if (IsConservative && ++_rounds >= ConservativeRounds) { IsOver = true; }
    }

    private static TimeSpan Rise(TimeSpan roundTrip)
    {
        TimeSpan share = roundTrip / RoundTripDivisor;
        return share < LeastRise ? LeastRise : share > MostRise ? MostRise : share;
    }
}
