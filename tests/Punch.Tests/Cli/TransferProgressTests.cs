using Punch.Cli.Output;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class TransferProgressTests
{
    [Theory]
    [InlineData(0, 0, "0 B, 0 B/s")]
    [InlineData(999, 1, "999 B, 1 B/s")]
    [InlineData(1_000, 999.4, "1.00 kB, 999 B/s")]
    [InlineData(12_345_678, 8_130_000, "12.3 MB, 8.13 MB/s")]
    [InlineData(999_499, 999_500, "999 kB, 1.00 MB/s")]
    [InlineData(9_994, 9_996, "9.99 kB, 10.0 kB/s")]
    [InlineData(long.MaxValue, 1e9, "9.22 EB, 1.00 GB/s")]
    public void Without_an_end_it_is_bytes_and_rate(long done, double rate, string expected) =>
        Assert.Equal(expected, TransferProgress.Text(done, null, rate));

    [Theory]
    [InlineData(0, 100, 0, "0 B of 100 B (0%), 0 B/s")]
    [InlineData(12_300_000, 98_000_000, 8_130_000, "12.3 MB of 98.0 MB (12%), 8.13 MB/s, 11 s left")]
    [InlineData(500, 1_000, 2, "500 B of 1.00 kB (50%), 2 B/s, 4 min 10 s left")]
    [InlineData(0, 1_000_000_000, 100_000, "0 B of 1.00 GB (0%), 100 kB/s, 2 h 46 min left")]
    [InlineData(0, 1_000_000_000, 1, "0 B of 1.00 GB (0%), 1 B/s")]
    [InlineData(99_999, 100_000, 1e6, "100 kB of 100 kB (99%), 1.00 MB/s, 1 s left")]
    [InlineData(100_000, 100_000, 1e6, "100 kB of 100 kB (100%), 1.00 MB/s")]
    [InlineData(0, 0, 0, "0 B of 0 B (100%), 0 B/s")]
    [InlineData(200, 100, 10, "200 B of 100 B (100%), 10 B/s")]
    public void With_an_end_it_is_also_the_share_and_the_time_left(long done, long total, double rate, string expected) =>
        Assert.Equal(expected, TransferProgress.Text(done, total, rate));

    [Fact]
    public void The_rate_is_that_of_the_last_three_seconds()
    {
        var rate = new TransferRate();
        Assert.Equal(0, rate.Note(TimeSpan.Zero, 0));

        double shown = 0;
        for (int i = 1; i <= 40; i++) { shown = rate.Note(i * TimeSpan.FromMilliseconds(250), i * 1000); }

        Assert.Equal(4_000, shown, 0.001);

        for (int i = 41; i <= 53; i++) { shown = rate.Note(i * TimeSpan.FromMilliseconds(250), 40_000); }

        Assert.Equal(0, shown, 0.001);
    }

    [Fact]
    public void Two_notes_at_one_time_make_no_rate()
    {
        var rate = new TransferRate();
        rate.Note(TimeSpan.Zero, 0);

        Assert.Equal(0, rate.Note(TimeSpan.Zero, 1_000));
    }
}
