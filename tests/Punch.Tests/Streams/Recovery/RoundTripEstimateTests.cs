using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

public sealed class RoundTripEstimateTests
{
    private readonly RoundTripEstimate _estimate = new();

    [Fact]
    public void Before_a_sample_the_timeout_is_that_of_the_rfc()
    {
        Assert.False(_estimate.HasAny);
        Assert.Equal(333 + (4 * 166.5) + 25, _estimate.Pto.TotalMilliseconds);
    }

    [Fact]
    public void A_guess_counts_until_the_first_sample()
    {
        _estimate.Guess(Ms(40));
        Assert.Equal((40, 20), (_estimate.Smoothed.TotalMilliseconds, _estimate.Variation.TotalMilliseconds));
        Assert.False(_estimate.HasAny);

        Note(100, 0);
        _estimate.Guess(Ms(40));
        Assert.Equal(Ms(100), _estimate.Smoothed);
    }

    [Fact]
    public void The_first_sample_sets_all_values_and_ignores_the_delay()
    {
        Note(100, 20);

        Assert.Equal((Ms(100), Ms(100), Ms(50), Ms(100)), (_estimate.Latest, _estimate.Smoothed, _estimate.Variation, _estimate.Shortest));
        Assert.Equal(100 + 200 + 25, _estimate.Pto.TotalMilliseconds);
    }

    [Theory]
    [InlineData(140, 20, 42.5, 102.5)] // adjusted 120: (3 * 50 + 20) / 4, (7 * 100 + 120) / 8
    [InlineData(140, 1_000, 41.25, 101.875)] // the delay is believed up to 25 ms: adjusted 115
    [InlineData(110, 20, 40, 101.25)] // 90 would be below the shortest: adjusted 110
    [InlineData(140, -5, 47.5, 105)] // no delay is negative: adjusted 140
    [InlineData(60, 0, 47.5, 95)]
    public void A_later_sample_moves_the_averages(double sample, double delay, double variation, double smoothed)
    {
        Note(100, 0);
        Note(sample, delay);

        Assert.Equal((variation, smoothed), (_estimate.Variation.TotalMilliseconds, _estimate.Smoothed.TotalMilliseconds));
        Assert.Equal(Math.Min(100, sample), _estimate.Shortest.TotalMilliseconds);
    }

    [Fact]
    public void A_steady_round_trip_leaves_the_granularity()
    {
        for (int i = 0; i < 200; i++) { Note(10, 0); }

        Assert.Equal(10 + 1 + 25, _estimate.Pto.TotalMilliseconds, 0.01);
    }

    [Fact]
    public void A_sample_is_never_zero_or_negative()
    {
        Note(-3, 0);
        Assert.Equal(TimeSpan.FromTicks(1), _estimate.Smoothed);

        _estimate.Reset();
        Assert.False(_estimate.HasAny);
    }

    private void Note(double sample, double delay) => _estimate.Note(Ms(sample), Ms(delay));

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
