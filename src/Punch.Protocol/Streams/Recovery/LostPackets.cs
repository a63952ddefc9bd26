namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// The packets that were taken for lost lately. An acknowledgement of one shows that it was only late. If all losses of one reduction were
/// only late, the reduction was wrong (the idea of RFC 4015).
/// </summary>
internal sealed class LostPackets
{
    /// <summary>Most packets that are remembered. Beyond it the oldest ones are forgotten, and their reduction stays.</summary>
    public const int Limit = 4_096;

    private const int Smallest = 64;

    private Entry[] _entries = new Entry[Smallest];
    private long _first;
    private long _end;
    private int _reduction;
    private int _openLosses;
    private bool _isUndone;

    /// <summary>How many packets are remembered.</summary>
    public int Count => (int)(_end - _first);

    private int Mask => _entries.Length - 1;

    /// <summary>Adds a packet. They come in rising order.</summary>
    public void Add(ulong number, long ordinal, bool wasByTime, Instant now)
    {
        if (Count == Limit) { _first++; }

        if (Count == _entries.Length) { Grow(); }

        _entries[_end++ & Mask] = new Entry(number, ordinal, now, -1, wasByTime, false);
    }

    /// <summary>Says that the newest packets are the losses of a new reduction.</summary>
    public void BeginReduction(int newest)
    {
        _reduction++;
        _openLosses = 0;
        _isUndone = false;
        JoinReduction(newest);
    }

    /// <summary>Says that the newest packets belong to the last reduction, too.</summary>
    public void JoinReduction(int newest)
    {
        _openLosses += newest;
        for (long at = Math.Max(_first, _end - newest); at < _end; at++) { _entries[at & Mask].Reduction = _reduction; }
    }

    /// <summary>Forgets packets that were lost before a time.</summary>
    public void Forget(Instant lostBefore)
    {
        while (_first < _end && _entries[_first & Mask].LostAt < lostBefore) { _first++; }
    }

    /// <summary>Forgets all: the path is new.</summary>
    public void Clear()
    {
        _first = _end;
        _reduction++;
        _openLosses = 0;
    }

    /// <summary>Takes the packets of a range that came after all. Returns how many there are; they widen the thresholds.</summary>
    /// <param name="range">Numbers that the peer acknowledges.</param>
    /// <param name="largest">The ordinal of the newest packet that it has acknowledged.</param>
    /// <param name="thresholds">What the reordering widens.</param>
    /// <param name="isUndone">Whether the last loss of the last reduction was among them.</param>
    public int Take(PacketRange range, long largest, ReorderingThresholds thresholds, ref bool isUndone)
    {
        int taken = 0;
        for (long at = AtLeast(range.Smallest); at < _end && _entries[at & Mask].Number <= range.Largest; at++)
        {
            ref Entry entry = ref _entries[at & Mask];
            if (entry.IsTaken) { continue; }

            entry.IsTaken = true;
            taken++;
            thresholds.NoteSpurious(Math.Max(0, largest - entry.Ordinal), entry.WasByTime);
            if (entry.Reduction == _reduction && --_openLosses == 0 && !_isUndone) { isUndone = _isUndone = true; }
        }

        return taken;
    }

    private long AtLeast(ulong number)
    {
        long low = _first;
        long high = _end;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (_entries[middle & Mask].Number < number) { low = middle + 1; }
            else { high = middle; }
        }

        return low;
    }

    private void Grow()
    {
        var entries = new Entry[_entries.Length * 2];
        for (long at = _first; at < _end; at++) { entries[at & (entries.Length - 1)] = _entries[at & Mask]; }

        _entries = entries;
    }

    private record struct Entry(ulong Number, long Ordinal, Instant LostAt, int Reduction, bool WasByTime, bool IsTaken);
}
