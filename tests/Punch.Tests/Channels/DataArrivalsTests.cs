using Xunit;

namespace Punch.Tests.Channels;

public sealed class DataArrivalsTests
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly DataArrivals _arrivals = new();
    private readonly Instant _start = Instant.At(TimeSpan.FromHours(30));

    [Fact]
    public void Even_arrivals_have_no_jitter_also_when_the_stamp_wraps_around()
    {
        for (int i = 0; i < 500; i++) { Note(i, sentAt: i * Pace, takes: TimeSpan.FromMilliseconds(35)); }

        Assert.Equal(TimeSpan.Zero, _arrivals.Jitter);
        Assert.Equal((0, 0), (_arrivals.Reordered, _arrivals.Late));
    }

    [Fact]
    public void The_jitter_is_that_of_the_formula()
    {
        double[] transits = [30, 34, 31, 45, 30, 30.5, 62, 29];
        double expected = 0;
        for (int i = 0; i < transits.Length; i++)
        {
            Note(i, i * Pace, TimeSpan.FromMilliseconds(transits[i]));

            // RFC 3550 §A.8: J += (|D| - J) / 16
            if (i > 0) { expected += (Math.Abs(transits[i] - transits[i - 1]) - expected) / 16; }
        }

        Assert.Equal(expected, _arrivals.Jitter!.Value.TotalMilliseconds, 0.02);
    }

    [Fact]
    public void One_that_was_overtaken_is_reordered_and_if_it_is_much_later_late()
    {
        Note(1, TimeSpan.Zero, TimeSpan.FromMilliseconds(30));
        Note(3, 2 * Pace, TimeSpan.FromMilliseconds(30));
        Note(2, Pace, TimeSpan.FromMilliseconds(60));
        Assert.Equal((1, 0), (_arrivals.Reordered, _arrivals.Late));

        for (int i = 5; i < 15; i++) { Note(i, i * Pace, TimeSpan.FromMilliseconds(30)); }

        Note(4, 4 * Pace, TimeSpan.FromMilliseconds(30 + 240));
        Assert.Equal((2, 1), (_arrivals.Reordered, _arrivals.Late));
    }

    [Fact]
    public void Without_stamps_there_is_no_jitter()
    {
        _arrivals.Note(1, null, _start);
        _arrivals.Note(2, null, _start + Pace);

        Assert.Null(_arrivals.Jitter);
    }

    [Fact]
    public void A_long_pause_says_nothing_of_the_jitter()
    {
        Note(1, TimeSpan.Zero, Pace);
        Note(2, TimeSpan.FromSeconds(1), Pace * 2);

        Assert.Null(_arrivals.Jitter);
    }

    private void Note(int number, TimeSpan sentAt, TimeSpan takes) =>
        _arrivals.Note((ulong)number, DataStamp.Of(_start + sentAt), _start + sentAt + takes);
}
