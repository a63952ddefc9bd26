using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

public sealed class DeadlineHeapTests
{
    private readonly DeadlineHeap _heap = new();

    [Fact]
    public void An_empty_heap_has_no_deadline()
    {
        _heap.Set(3, null);

        Assert.False(_heap.TryPeek(out _, out _));
    }

    [Fact]
    public void Of_two_at_one_instant_the_lower_index_is_first()
    {
        _heap.Set(2, NatRig.At(1));
        _heap.Set(1, NatRig.At(1));

        Assert.True(_heap.TryPeek(out Instant at, out int index));
        Assert.Equal((NatRig.At(1), 1), (at, index));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 40)]
    [InlineData(3, 400)]
    public void Any_changes_leave_the_same_deadline_first_as_a_search_of_all(ulong seed, int machines)
    {
        var random = new SplitMix64(seed);
        var deadlines = new Instant?[machines];
        for (int i = 0; i < 5_000; i++)
        {
            int index = random.NextInt(machines);
            deadlines[index] = random.NextInt(4) == 0 ? null : new Instant(random.NextInt(100));
            _heap.Set(index, deadlines[index]);

            Instant? earliest = deadlines.Min();
            Assert.Equal(earliest is not null, _heap.TryPeek(out Instant at, out int first));
            if (earliest is not null) { Assert.Equal((earliest.Value, Array.IndexOf(deadlines, earliest)), (at, first)); }
        }
    }
}
