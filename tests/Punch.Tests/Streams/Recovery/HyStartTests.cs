using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

/// <summary>RFC 9406 §4.2 and §4.3.</summary>
public sealed class HyStartTests
{
    private readonly HyStart _hyStart = new();

    [Fact]
    public void A_steady_round_trip_leaves_slow_start_as_it_is()
    {
        for (int i = 0; i < 20; i++) { Round(100, 8); }

        Assert.False(_hyStart.IsConservative);
        Assert.Equal(1_000, _hyStart.Growth(1_000));
    }

    [Theory]
    [InlineData(20, 23.9, false)] // 4 ms at least
    [InlineData(20, 24, true)]
    [InlineData(100, 112.4, false)] // an eighth
    [InlineData(100, 112.5, true)]
    [InlineData(400, 415.9, false)] // 16 ms at most
    [InlineData(400, 416, true)]
    public void A_longer_round_trip_slows_it_down(double before, double after, bool slows)
    {
        Round(before, 8);
        Round(after, 8);

        Assert.Equal(slows, _hyStart.IsConservative);
        Assert.Equal(slows ? 250 : 1_000, _hyStart.Growth(1_000));
    }

    [Fact]
    public void Fewer_than_eight_samples_say_nothing()
    {
        Round(100, 8);
        Round(200, 7);
        Assert.False(_hyStart.IsConservative);
    }

    [Fact]
    public void The_shortest_sample_of_a_round_counts()
    {
        Round(100, 8);
        Round(100, 1);
        Sample(200, 7, isStart: false);
        Assert.False(_hyStart.IsConservative);
    }

    [Fact]
    public void After_five_slow_rounds_it_is_over()
    {
        Round(100, 8);
        Round(120, 8);
        for (int i = 0; i < 4; i++) { Round(120, 8); }

        Assert.False(_hyStart.IsOver);
        Round(120, 8);
        Assert.True(_hyStart.IsOver);
    }

    [Fact]
    public void A_jitter_that_goes_away_lets_it_go_on()
    {
        Round(100, 8);
        Round(120, 8);
        Round(110, 8);
        Assert.False(_hyStart.IsConservative);
    }

    [Fact]
    public void Cubic_ends_slow_start_when_it_is_over()
    {
        var cubic = new Cubic(isFiltered: false);
        cubic.Reset(1_000);
        foreach (double roundTrip in new[] { 100.0, 120, 120, 120, 120, 120 }) { Round(roundTrip, 8, cubic); }

        Assert.True(cubic.IsSlowStart);
        Round(120, 1, cubic);
        Assert.False(cubic.IsSlowStart);
        Assert.Equal(10_000, cubic.Window);
    }

    private void Round(double milliseconds, int samples, Cubic? cubic = null)
    {
        Sample(milliseconds, 1, isStart: true, cubic);
        Sample(milliseconds, samples - 1, isStart: false, cubic);
    }

    private void Sample(double milliseconds, int samples, bool isStart, Cubic? cubic = null)
    {
        var sample = new AckSample(Instant.Zero, 1, TimeSpan.FromMilliseconds(milliseconds), isStart);
        for (int i = 0; i < samples; i++)
        {
            _hyStart.Acknowledge(sample);
            cubic?.Acknowledge(sample);
        }
    }
}
