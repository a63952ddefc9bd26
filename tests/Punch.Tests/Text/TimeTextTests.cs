using System.Text;
using Xunit;

namespace Punch.Tests.Text;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("2007-02-26T12:00:00+00:00", 0, "2007-02-26 12:00:00 +0000")]
    [InlineData("2007-02-26T12:00:00+05:30", 0.999, "2007-02-26 12:00:00 +0530")]
    [InlineData("2007-02-26T12:00:00.5-03:30", 0.5, "2007-02-26 12:00:01 -0330")]
    [InlineData("2007-12-31T23:59:59+00:00", 1, "2008-01-01 00:00:00 +0000")]
    public void The_time_text_is_that_of_the_original(string wallClock, double seconds, string expected)
    {
        Instant start = Instant.At(TimeSpan.FromSeconds(1234.5));
        var text = new TimeText(DateTimeOffset.Parse(wallClock, System.Globalization.CultureInfo.InvariantCulture), start);

        Assert.Equal(expected, Encoding.ASCII.GetString(text.At(start + TimeSpan.FromSeconds(seconds))));
    }

    [Fact]
    public void The_text_follows_the_clock()
    {
        var text = new TimeText(new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero), Instant.Zero);

        Assert.Equal("2026-11-22 14:23:01 +0000", Encoding.ASCII.GetString(text.At(Instant.Zero)));
        Assert.Equal("2026-11-22 14:24:02 +0000", Encoding.ASCII.GetString(text.At(Instant.At(TimeSpan.FromSeconds(61)))));
    }
}
