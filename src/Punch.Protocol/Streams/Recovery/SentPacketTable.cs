using System.Numerics;

namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// The packets in flight, in the order in which they were sent. A packet's ordinal counts tracked packets only, because other frames use
/// packet numbers, too. A ring holds the ordinals from <see cref="First"/> to <see cref="End"/>; a bit tells if a packet is still in
/// flight.
/// </summary>
internal sealed class SentPacketTable
{
    /// <summary>Most packets between the oldest one in flight and the newest one.</summary>
    public const int Limit = 65_536;

    private const int Smallest = 256;
    private const int WordBits = 64;

    // So many calls in a row must find the ring almost empty. A flow in bursts would allocate with each burst.
    private const int EmptyCalls = 1_024;

    private SentPacket[] _packets = new SentPacket[Smallest];
    private ulong[] _inFlight = new ulong[Smallest / WordBits];
    private int _emptyCalls;

    /// <summary>The ordinal of the oldest packet in flight; <see cref="End"/> if there is none.</summary>
    public long First { get; private set; }

    /// <summary>The ordinal of the next packet.</summary>
    public long End { get; private set; }

    /// <summary>How many packets are in flight.</summary>
    public int Count { get; private set; }

    /// <summary>How many more packets the table takes.</summary>
    public int Free => Limit - (int)(End - First);

    /// <summary>How many packets the ring has room for now.</summary>
    public int Capacity => _packets.Length;

    private int Mask => _packets.Length - 1;

    /// <summary>The packet of an ordinal between <see cref="First"/> and <see cref="End"/>.</summary>
    public ref readonly SentPacket this[long ordinal] => ref _packets[ordinal & Mask];

    /// <summary>Adds a packet at the end.</summary>
    /// <exception cref="InvalidOperationException">The table is full, or the number is not larger than the last one.</exception>
    public void Add(in SentPacket packet)
    {
        if (Free == 0) { throw new InvalidOperationException("too many packets in flight"); }

        if (End > First && packet.Number <= this[End - 1].Number) { throw new InvalidOperationException("packet numbers must grow"); }

        if (End - First == _packets.Length) { Resize(_packets.Length * 2); }

        int slot = (int)(End & Mask);
        _packets[slot] = packet;
        _inFlight[slot / WordBits] |= 1UL << (slot % WordBits);
        End++;
        Count++;
    }

    /// <summary>Takes a packet out. The table gives room back when the oldest one goes.</summary>
    public void Remove(long ordinal)
    {
        int slot = (int)(ordinal & Mask);
        _inFlight[slot / WordBits] &= ~(1UL << (slot % WordBits));
        Count--;
        if (ordinal == First) { First = Count == 0 ? End : NextInFlight(First); }
    }

    /// <summary>Halves a ring that stays almost empty.</summary>
    public void Shrink()
    {
        bool isEmpty = _packets.Length > Smallest && End - First <= _packets.Length / 8;
        _emptyCalls = isEmpty ? _emptyCalls + 1 : 0;
        if (_emptyCalls < EmptyCalls) { return; }

        _emptyCalls = 0;
        Resize(_packets.Length / 2);
    }

    /// <summary>The oldest packet in flight at or after an ordinal; <see cref="End"/> if there is none.</summary>
    public long NextInFlight(long ordinal)
    {
        for (long at = Math.Max(ordinal, First); at < End; at += WordBits - (at % WordBits))
        {
            int slot = (int)(at & Mask);
            ulong word = _inFlight[slot / WordBits] >> (slot % WordBits);
            if (word != 0) { return Math.Min(at + BitOperations.TrailingZeroCount(word), End); }
        }

        return End;
    }

    /// <summary>The newest packet in flight at or before an ordinal; -1 if there is none.</summary>
    public long PreviousInFlight(long ordinal)
    {
        for (long at = Math.Min(ordinal, End - 1); at >= First; at -= (at % WordBits) + 1)
        {
            int slot = (int)(at & Mask);
            ulong word = _inFlight[slot / WordBits] << (WordBits - 1 - (slot % WordBits));
            if (word != 0)
            {
                long found = at - BitOperations.LeadingZeroCount(word);
                return found >= First ? found : -1;
            }
        }

        return -1;
    }

    /// <summary>The ordinal of the newest packet whose number is at most this; before <see cref="First"/> if there is none.</summary>
    public long AtMost(ulong number)
    {
        long low = First;
        long high = End;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (this[middle].Number <= number) { low = middle + 1; }
            else { high = middle; }
        }

        return low - 1;
    }

    // A slot's bit may belong to an ordinal of the last turn of the ring, so bits outside First..End are always zero: Remove clears them.
    private void Resize(int capacity)
    {
        var packets = new SentPacket[capacity];
        ulong[] inFlight = new ulong[capacity / WordBits];
        for (long ordinal = First; ordinal < End; ordinal++)
        {
            int from = (int)(ordinal & Mask);
            int to = (int)(ordinal & (capacity - 1));
            packets[to] = _packets[from];
            inFlight[to / WordBits] |= ((_inFlight[from / WordBits] >> (from % WordBits)) & 1) << (to % WordBits);
        }

        _packets = packets;
        _inFlight = inFlight;
    }
}
