using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// The next deadline of each machine, the earliest first. At the same instant, the machine with the lower index comes first. It is a binary
/// heap that knows the place of each machine. So a changed deadline moves, and leaves no stale entry.
/// </summary>
internal sealed class DeadlineHeap
{
    private const int Absent = -1;

    private readonly List<Entry> _heap = [];
    private readonly List<int> _places = [];

    private readonly record struct Entry(Instant At, int Index)
    {
        public bool IsBefore(Entry other) => At == other.At ? Index < other.Index : At < other.At;
    }

    /// <summary>The earliest deadline and its machine; false if no machine has one.</summary>
    public bool TryPeek(out Instant at, out int index)
    {
        (at, index) = _heap.Count == 0 ? default : (_heap[0].At, _heap[0].Index);
        return _heap.Count > 0;
    }

    /// <summary>Sets the deadline of a machine; null removes it.</summary>
    /// <param name="index">The machine's number, from 0. Use dense numbers: the table is as long as the highest.</param>
    /// <param name="at">Its deadline.</param>
    public void Set(int index, Instant? at)
    {
        while (_places.Count <= index) { _places.Add(Absent); }

        int place = _places[index];
        if (at is not { } deadline)
        {
            if (place != Absent) { RemoveAt(place); }

            return;
        }

        var entry = new Entry(deadline, index);
        if (place == Absent)
        {
            place = _heap.Count;
            _heap.Add(entry);
        }
        else if (_heap[place] == entry) { return; }

        Settle(place, entry);
    }

    private void RemoveAt(int place)
    {
        _places[_heap[place].Index] = Absent;
        Entry last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (place < _heap.Count) { Settle(place, last); }
    }

    private void Settle(int place, Entry entry)
    {
        while (place > 0 && entry.IsBefore(_heap[(place - 1) / 2]))
        {
            Put((place - 1) / 2, place);
            place = (place - 1) / 2;
        }

        while (EarlierChild(place) is var child && child < _heap.Count && _heap[child].IsBefore(entry))
        {
            Put(child, place);
            place = child;
        }

        _heap[place] = entry;
        _places[entry.Index] = place;
    }

    private int EarlierChild(int place)
    {
        int left = (2 * place) + 1;
        return left + 1 < _heap.Count && _heap[left + 1].IsBefore(_heap[left]) ? left + 1 : left;
    }

    private void Put(int from, int to)
    {
        _heap[to] = _heap[from];
        _places[_heap[to].Index] = to;
    }
}
