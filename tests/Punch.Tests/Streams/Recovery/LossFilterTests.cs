using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

public sealed class LossFilterTests
{
    private readonly LossFilter _filter = new();

    [Fact]
    public void A_loss_before_the_first_round_ended_is_congestion()
    {
        Assert.True(_filter.IsCongestion);
        Sample(50, 100, isStart: false);
        Assert.True(_filter.IsCongestion);
    }

    [Theory]
    [InlineData(20, 21.5, false)] // 1.5 ms at least
    [InlineData(20, 21.6, true)]
    [InlineData(0.4, 0.8, false)] // on a short path as long as the path
    [InlineData(0.4, 0.9, true)]
    [InlineData(96, 99, false)] // a 32nd
    [InlineData(96, 99.1, true)]
    public void A_loss_is_congestion_when_a_queue_stands(double shortest, double now, bool isCongestion)
    {
        Sample(shortest, 500);
        Sample(now, 500);
        Sample(now, 1);
        _filter.Lose(1);

        Assert.Equal(isCongestion, _filter.IsCongestion);
    }

    [Fact]
    public void The_shortest_sample_of_the_last_round_counts()
    {
        Sample(50, 100);
        Sample(50, 1);
        Sample(80, 99, isStart: false);
        Sample(50, 1);
        Assert.False(_filter.IsCongestion);
    }

    [Theory]
    [InlineData(3_400, 80, false)] // 2 % are 70, and twice the deviation is 17
    [InlineData(3_400, 92, true)]
    [InlineData(40, 3, false)]
    [InlineData(40, 5, true)]
    public void Many_losses_are_congestion_without_a_queue(int arrived, int lost, bool isCongestion)
    {
        Sample(50, arrived / 4);
        for (int i = 0; i < 4; i++)
        {
            Sample(50, arrived / 4);
            _filter.Lose(lost / 4);
        }

        _filter.Lose(lost % 4);
        Assert.Equal(isCongestion, _filter.IsCongestion);
    }

    [Fact]
    public void Losses_count_for_four_rounds_and_until_a_reduction()
    {
        Sample(50, 100);
        Sample(50, 100);
        _filter.Lose(50);
        Assert.True(_filter.IsCongestion);

        for (int i = 0; i < 4; i++) { Sample(50, 100); }

        Assert.False(_filter.IsCongestion);
        _filter.Lose(50);
        Assert.True(_filter.IsCongestion);
        _filter.NoteReduction();
        Assert.False(_filter.IsCongestion);
    }

    [Fact]
    public void Cubic_with_the_filter_keeps_its_window_over_a_bad_line()
    {
        var cubic = new Cubic();
        cubic.Reset(1_000);
        for (int i = 0; i < 3; i++)
        {
            var sample = new AckSample(Instant.Zero, 100, TimeSpan.FromMilliseconds(50), StartsRound: true);
            cubic.Acknowledge(sample);
        }

        Assert.False(cubic.Lose(new LossSample(Instant.Zero, 3, IsRecovering: false)));
        Assert.Equal(10_000, cubic.Window);
        Assert.True(cubic.Lose(new LossSample(Instant.Zero, 30, IsRecovering: false)));
        Assert.Equal(7_000, cubic.Window);
    }

    private void Sample(double milliseconds, int packets, bool isStart = true) =>
        _filter.Acknowledge(new AckSample(Instant.Zero, packets, TimeSpan.FromMilliseconds(milliseconds), isStart));
}
