namespace Punch.Protocol.Streams;

/// <summary>
/// A set of numbers as sorted ranges with gaps between them. Ranges that touch become one. Its owner bounds the number of ranges.
/// </summary>
internal sealed class RangeSet
{
    private PacketRange[] _ranges = new PacketRange[4];

    /// <summary>The number of ranges.</summary>
    public int Count { get; private set; }

    /// <summary>A range; the lowest has the index 0.</summary>
    public PacketRange this[int index] => _ranges[index];

    /// <summary>Whether there is no number.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The index of the first range that has this number or a larger one; <see cref="Count"/> if there is none.</summary>
    public int IndexFrom(ulong number)
    {
        // Most numbers come in order, so they belong to the last range.
        if (Count == 0 || _ranges[Count - 1].Largest < number) { return Count; }

        int low = 0;
        int high = Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Largest < number) { low = middle + 1; }
            else { high = middle; }
        }

        return low;
    }

    /// <summary>Whether a number is in the set.</summary>
    public bool Contains(ulong number)
    {
        int index = IndexFrom(number);
        return index < Count && _ranges[index].Smallest <= number;
    }

    /// <summary>Adds the numbers from <paramref name="smallest"/> to <paramref name="largest"/>. Returns whether any was new.</summary>
    public bool Add(ulong smallest, ulong largest)
    {
        // The ranges that overlap or touch the new one.
        int from = IndexFrom(smallest == 0 ? 0 : smallest - 1);
        int to = from;
        while (to < Count && (largest == ulong.MaxValue || _ranges[to].Smallest <= largest + 1)) { to++; }

        if (from == to)
        {
            Insert(from, new PacketRange(smallest, largest));
            return true;
        }

        PacketRange first = _ranges[from];
        if (first.Smallest <= smallest && first.Largest >= largest) { return false; }

        _ranges[from] = new PacketRange(Math.Min(first.Smallest, smallest), Math.Max(_ranges[to - 1].Largest, largest));
        RemoveAt(from + 1, to - from - 1);
        return true;
    }

    /// <summary>Removes the numbers from <paramref name="smallest"/> to <paramref name="largest"/>.</summary>
    public void Remove(ulong smallest, ulong largest)
    {
        int index = IndexFrom(smallest);
        while (index < Count && _ranges[index].Smallest <= largest)
        {
            PacketRange range = _ranges[index];
            bool hasBelow = range.Smallest < smallest;
            bool hasAbove = range.Largest > largest;
            if (hasBelow) { _ranges[index++] = range with { Largest = smallest - 1 }; }

            if (hasBelow && hasAbove) { Insert(index, range with { Smallest = largest + 1 }); }
            else if (hasAbove) { _ranges[index] = range with { Smallest = largest + 1 }; }
            else if (!hasBelow) { RemoveAt(index, 1); }

            if (hasAbove) { return; }
        }
    }

    /// <summary>Removes the lowest range.</summary>
    public void RemoveLowest() => RemoveAt(0, 1);

    /// <summary>Removes all numbers.</summary>
    public void Clear() => Count = 0;

    private void Insert(int index, in PacketRange range)
    {
        if (Count == _ranges.Length) { Array.Resize(ref _ranges, Count * 2); }

        Array.Copy(_ranges, index, _ranges, index + 1, Count - index);
        _ranges[index] = range;
        Count++;
    }

    private void RemoveAt(int index, int count)
    {
        Array.Copy(_ranges, index + count, _ranges, index, Count - index - count);
        Count -= count;
    }
}
