using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

public sealed class RangeSetTests
{
    private const int Numbers = 120;

    [Fact]
    public void It_holds_the_same_numbers_as_a_plain_table()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var random = new SplitMix64(seed);
            var set = new RangeSet();
            bool[] model = new bool[Numbers];
            for (int step = 0; step < 300; step++)
            {
                Change(ref random, set, model);

                Assert.True(Ranges(model).SequenceEqual(Ranges(set)), $"seed {seed}, step {step}");
                int number = random.NextInt(Numbers);
                Assert.Equal(model[number], set.Contains((ulong)number));
                Assert.Equal(Ranges(model).TakeWhile(range => range.Largest < (ulong)number).Count(), set.IndexFrom((ulong)number));
            }
        }
    }

    [Fact]
    public void The_largest_number_has_no_neighbour()
    {
        var set = new RangeSet();

        Assert.True(set.Add(ulong.MaxValue, ulong.MaxValue));
        Assert.True(set.Add(0, 0));
        Assert.False(set.Add(ulong.MaxValue, ulong.MaxValue));
        Assert.True(set.Add(0, ulong.MaxValue));

        Assert.Equal([new PacketRange(0, ulong.MaxValue)], Ranges(set));
        set.Remove(0, ulong.MaxValue);
        Assert.True(set.IsEmpty);
    }

    private static void Change(ref SplitMix64 random, RangeSet set, bool[] model)
    {
        int from = random.NextInt(Numbers);
        int to = Math.Min(Numbers - 1, from + random.NextInt(12));
        int kind = random.NextInt(20);
        if (kind == 0 && !set.IsEmpty)
        {
            PacketRange lowest = set[0];
            set.RemoveLowest();
            Array.Fill(model, false, (int)lowest.Smallest, (int)(lowest.Largest - lowest.Smallest) + 1);
            return;
        }

        bool isAdded = kind < 11;
        if (isAdded) { Assert.Equal(model.AsSpan(from, to - from + 1).Contains(false), set.Add((ulong)from, (ulong)to)); }
        else { set.Remove((ulong)from, (ulong)to); }

        Array.Fill(model, isAdded, from, to - from + 1);
    }

    private static List<PacketRange> Ranges(RangeSet set) => [.. Enumerable.Range(0, set.Count).Select(i => set[i])];

    private static List<PacketRange> Ranges(bool[] model)
    {
        List<PacketRange> ranges = [];
        for (int i = 0; i < model.Length; i++)
        {
            if (!model[i]) { continue; }

            int first = i;
            while (i + 1 < model.Length && model[i + 1]) { i++; }

            ranges.Add(new PacketRange((ulong)first, (ulong)i));
        }

        return ranges;
    }
}
