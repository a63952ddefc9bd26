using Xunit;

namespace Punch.Tests.Session;

public sealed class SequenceWindowTests
{
    [Fact]
    public void Numbers_in_order_are_each_the_newest()
    {
        var window = default(SequenceWindow);

        Assert.All(new uint[] { 5, 6, 9, 500, uint.MaxValue }, n => Assert.Equal(SequenceOrder.Newest, window.Add(n)));
        Assert.Equal((uint.MaxValue, 5u), (window.Highest, window.Count));
    }

    [Fact]
    public void A_late_number_is_late_once_and_repeated_after_that()
    {
        var window = default(SequenceWindow);
        window.Add(10);
        window.Add(12);

        Assert.Equal(SequenceOrder.Late, window.Add(11));
        Assert.Equal(SequenceOrder.Repeated, window.Add(11));
        Assert.Equal(SequenceOrder.Repeated, window.Add(12));
        Assert.Equal((12u, 3u), (window.Highest, window.Count));
    }

    [Fact]
    public void The_window_ends_where_it_says()
    {
        var window = default(SequenceWindow);
        window.Add(1000);

        Assert.Equal(SequenceOrder.Late, window.Add(1000 - (SequenceWindow.Size - 1)));
        Assert.Equal(SequenceOrder.Repeated, window.Add(1000 - SequenceWindow.Size));
    }

    [Fact]
    public void It_agrees_with_a_set_on_any_order()
    {
        const ulong Seed = 77;
        var random = new SplitMix64(Seed);
        var window = default(SequenceWindow);
        var seen = new HashSet<uint>();
        uint highest = 0;
        for (int i = 0; i < 20_000; i++)
        {
            uint number = (uint)((i / 2) + random.NextInt(60) + 1);
            SequenceOrder expected = !seen.Add(number) ? SequenceOrder.Repeated : number > highest ? SequenceOrder.Newest : SequenceOrder.Late;
            highest = Math.Max(highest, number);

            Assert.True(expected == window.Add(number), $"seed {Seed}, step {i}, number {number}");
        }

        Assert.Equal((uint)seen.Count, window.Count);
    }
}
