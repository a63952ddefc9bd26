using Xunit;

namespace Punch.Tests.Frames;

public sealed class ReplayWindowTests
{
    private readonly ReplayWindow _window = new();

    [Fact]
    public void It_covers_the_packets_of_a_long_window() => Assert.Equal(8128, ReplayWindow.Size);

    [Fact]
    public void Each_counter_is_fresh_once()
    {
        foreach (ulong counter in new ulong[] { 0, 1, 5, 3, 63, 64, 65, 4, 1900, 1899, 6 }) { Assert.True(TryAdd(counter), $"{counter}"); }

        foreach (ulong counter in new ulong[] { 0, 1, 5, 3, 63, 64, 65, 4, 1900, 1899, 6 }) { Assert.False(_window.IsFresh(counter), $"{counter}"); }
    }

    [Theory]
    [InlineData(8128UL)]
    [InlineData(20_000UL)]
    [InlineData(0xFFFF_FFFFUL)]
    [InlineData(1UL << 35)]
    [InlineData(ulong.MaxValue)]
    public void A_late_one_is_taken_in_up_to_the_windows_edge(ulong highest)
    {
        TryAdd(highest);

        Assert.False(_window.IsFresh(highest - ReplayWindow.Size));
        for (ulong behind = 1; behind < ReplayWindow.Size; behind++) { Assert.True(TryAdd(highest - behind), $"{behind} behind"); }

        for (ulong behind = 0; behind <= ReplayWindow.Size; behind++) { Assert.False(_window.IsFresh(highest - behind), $"{behind} behind"); }
    }

    [Fact]
    public void A_freshness_check_changes_nothing()
    {
        TryAdd(10);

        Assert.True(_window.IsFresh(1_000_000));
        Assert.True(_window.IsFresh(1_000_000));
        Assert.True(_window.IsFresh(9));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void It_agrees_with_a_plain_set(ulong seed)
    {
        var random = new SplitMix64(seed);
        var seen = new HashSet<ulong>();
        ulong highest = 0;
        for (int i = 0; i < 200_000; i++)
        {
            ulong counter = Next(ref random, highest);
            bool isFresh = (counter > highest || highest - counter < ReplayWindow.Size) && seen.Add(counter);

            Assert.True(isFresh == TryAdd(counter), $"seed {seed}, step {i}: {counter} after {highest}");
            highest = Math.Max(highest, counter);
        }
    }

    private static ulong Next(ref SplitMix64 random, ulong highest) => random.NextInt(20) switch
    {
        0 => highest + (ulong)random.NextInt(3 * ReplayWindow.Size),
        < 8 => highest + 1,
        _ => highest - Math.Min(highest, (ulong)random.NextInt(ReplayWindow.Size + 100)),
    };

    private bool TryAdd(ulong counter)
    {
        if (!_window.IsFresh(counter)) { return false; }

        _window.Add(counter);
        return true;
    }
}
