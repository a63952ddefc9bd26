namespace Punch.Protocol.Session;

/// <summary>Tells new, late and repeated sequence numbers apart, remembering the newest <see cref="Size"/> of them.</summary>
internal struct SequenceWindow
{
    /// <summary>How far behind the highest number a late one is still recognised.</summary>
    public const int Size = 128;

    private UInt128 _recent;

    /// <summary>The highest number seen; meaningful once <see cref="Count"/> is not 0.</summary>
    public uint Highest { get; private set; }

    /// <summary>How many different numbers were seen.</summary>
    public uint Count { get; private set; }

    /// <summary>Takes in a number. Too old a one counts as repeated: that it is new can't be shown.</summary>
    public SequenceOrder Add(uint sequence)
    {
        if (Count == 0 || sequence > Highest)
        {
            long ahead = Count == 0 ? Size : (long)sequence - Highest;
            _recent = (ahead >= Size ? UInt128.Zero : _recent << (int)ahead) | UInt128.One;
            Highest = sequence;
            Count++;
            return SequenceOrder.Newest;
        }

        uint behind = Highest - sequence;
        if (behind >= Size || (_recent >> (int)behind & UInt128.One) != UInt128.Zero) { return SequenceOrder.Repeated; }

        _recent |= UInt128.One << (int)behind;
        Count++;
        return SequenceOrder.Late;
    }
}

/// <summary>How a sequence number stands to those before it.</summary>
internal enum SequenceOrder
{
    /// <summary>Higher than all before.</summary>
    Newest,

    /// <summary>Lower than one before, and not seen yet.</summary>
    Late,

    /// <summary>Seen before, or too old to tell.</summary>
    Repeated,
}
