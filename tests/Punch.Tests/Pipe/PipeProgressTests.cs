using Punch.Cli.Pipe;
using Xunit;

namespace Punch.Tests.Pipe;

public sealed class PipeProgressTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_file_that_is_sent_has_a_share_and_a_time_left()
    {
        var progress = new PipeProgress(10_000_000, _time);
        Assert.Equal("sent 0 B of 10.0 MB (0%), 0 B/s", progress.Text());

        _time.Advance(TimeSpan.FromSeconds(20));
        progress.Note(1, 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        progress.Note(2_000_000, 0);

        Assert.Equal("sent 2.00 MB of 10.0 MB (20%), 2.00 MB/s, 4 s left", progress.Text());
    }

    [Fact]
    public void A_side_that_only_receives_says_only_that()
    {
        var progress = new PipeProgress(null, _time);
        Assert.Equal("sent 0 B, 0 B/s", progress.Text());

        progress.Note(0, 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        progress.Note(0, 3_000);

        Assert.Equal("received 3.00 kB, 3.00 kB/s", progress.Text());
    }

    [Fact]
    public void Both_directions_are_on_one_line()
    {
        var progress = new PipeProgress(null, _time);
        progress.Note(1, 0);
        _time.Advance(TimeSpan.FromSeconds(2));
        progress.Note(1_000, 4_000);

        Assert.Equal("sent 1.00 kB, 500 B/s; received 4.00 kB, 2.00 kB/s", progress.Text());
    }
}
