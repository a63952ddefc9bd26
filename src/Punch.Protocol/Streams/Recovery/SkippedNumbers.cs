namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Packet numbers that were left out on purpose. A peer that acknowledges one acknowledges what it did not get, so that the sender goes
/// faster than the path carries (RFC 9000 §21.4). The newest ones are kept.
/// </summary>
internal sealed class SkippedNumbers
{
    private const int Kept = 16;

    private readonly ulong[] _numbers = new ulong[Kept];
    private int _count;

    /// <summary>Forgets all numbers.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a number. Numbers come in rising order.</summary>
    public void Add(ulong number)
    {
        if (_count == Kept)
        {
            _numbers.AsSpan(1).CopyTo(_numbers);
            _count--;
        }

        _numbers[_count++] = number;
    }

    /// <summary>Whether ranges fall, do not overlap, and name only numbers that were sent.</summary>
    public bool Accepts(ReadOnlySpan<PacketRange> newestFirst, ulong lastSent)
    {
        if (newestFirst.IsEmpty || newestFirst[0].Largest > lastSent) { return false; }

        for (int i = 0; i < newestFirst.Length; i++)
        {
            PacketRange range = newestFirst[i];
            bool isBelow = i == 0 || range.Largest < newestFirst[i - 1].Smallest;
            if (!isBelow || range.Smallest > range.Largest || AnyIn(range)) { return false; }
        }

        return true;
    }

    private bool AnyIn(PacketRange range)
    {
        int at = _numbers.AsSpan(0, _count).BinarySearch(range.Smallest);
        at = at < 0 ? ~at : at;
        return at < _count && _numbers[at] <= range.Largest;
    }
}
