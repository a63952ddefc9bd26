using Xunit;

namespace Punch.Tests.Values;

public sealed class CalendarTests
{
    private static readonly Instant At = Instant.At(TimeSpan.FromHours(7));

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0, 0)]
    [InlineData("1970-01-01T23:59:59Z", 1, 1)]
    [InlineData("2026-11-22T23:59:58Z", 1, 20779)]
    [InlineData("2026-11-22T23:59:58Z", 2, 20780)]
    [InlineData("2026-11-23T01:59:58+02:00", 1, 20779)]
    [InlineData("2026-11-22T14:23:01Z", 86_400 * 3, 20782)]
    [InlineData("1969-12-31T00:00:00Z", 0, 0)]
    [InlineData("0001-01-01T00:00:00Z", 0, 0)]
    [InlineData("9999-12-31T23:59:59Z", 1, 2_932_897)]
    public void The_day_is_that_of_Greenwich(string wallClock, int seconds, uint day)
    {
        var calendar = new Calendar(DateTimeOffset.Parse(wallClock, System.Globalization.CultureInfo.InvariantCulture), At);

        Assert.Equal(day, calendar.DayAt(At + TimeSpan.FromSeconds(seconds)));
    }
}
