using Punch.Protocol.Streams;

namespace Punch.Tests.Streams.Recovery.Model;

/// <summary>Keeps the numbers that arrived, as ranges with the newest one first.</summary>
internal sealed class ModelReceiver
{
    private const int Kept = 64;
    private const int Told = 32;

    private readonly List<PacketRange> _ranges = [];

    /// <summary>Packets since the last acknowledgement.</summary>
    public int Waiting { get; private set; }

    /// <summary>Whether the newest packet left or filled a gap.</summary>
    public bool IsGap { get; private set; }

    public Instant LargestAt { get; private set; }

    /// <summary>Takes a number; false if it came before.</summary>
    public bool TryTake(ulong number, Instant now)
    {
        int at = 0;
        while (at < _ranges.Count && _ranges[at].Smallest > number) { at++; }

        if (at < _ranges.Count && _ranges[at].Contains(number)) { return false; }

        IsGap |= at != 0 || (_ranges.Count > 0 && _ranges[0].Largest + 1 != number);
        if (at == 0) { LargestAt = now; }

        Waiting++;
        Insert(number, at);
        return true;
    }

    public PacketRange[] Acknowledge()
    {
        Waiting = 0;
        IsGap = false;
        return [.. _ranges.Take(Told)];
    }

    private void Insert(ulong number, int at)
    {
        bool joinsBelow = at < _ranges.Count && _ranges[at].Largest + 1 == number;
        bool joinsAbove = at > 0 && _ranges[at - 1].Smallest == number + 1;
        if (joinsBelow && joinsAbove)
        {
            _ranges[at - 1] = new PacketRange(_ranges[at].Smallest, _ranges[at - 1].Largest);
            _ranges.RemoveAt(at);
        }
        else if (joinsBelow) { _ranges[at] = _ranges[at] with { Largest = number }; }
        else if (joinsAbove) { _ranges[at - 1] = _ranges[at - 1] with { Smallest = number }; }
        else { _ranges.Insert(at, new PacketRange(number, number)); }

        if (_ranges.Count > Kept) { _ranges.RemoveAt(Kept); }
    }
}
