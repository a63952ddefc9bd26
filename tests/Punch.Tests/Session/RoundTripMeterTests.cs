using Xunit;

namespace Punch.Tests.Session;

public sealed class RoundTripMeterTests
{
    [Fact]
    public void Jitter_follows_the_differences_of_successive_round_trips()
    {
        var meter = new RoundTripMeter();
        foreach (double milliseconds in new[] { 10, 26, 10 }) { meter.Add(TimeSpan.FromMilliseconds(milliseconds)); }

        // Two differences of 16 ms, each with a weight of a sixteenth: 1, then 1 + (16 - 1) / 16.
        Assert.Equal(TimeSpan.FromMilliseconds(1.9375), meter.Summary().Jitter);
    }

    [Fact]
    public void One_round_trip_has_no_jitter()
    {
        var meter = new RoundTripMeter();
        meter.Add(TimeSpan.FromMilliseconds(10));

        Assert.Equal(TimeSpan.Zero, meter.Summary().Jitter);
    }
}
