namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// Packet numbers that were left out on purpose. A peer that acknowledges one acknowledges what it did not get, so that the sender goes faster than
/// the path carries (RFC 9000 §21.4). The newest ones are kept.
/// </summary>
internal sealed class SkippedNumbers
{
    private const int Kept = 16;

    private readonly ulong[] _numbers = new ulong[Kept];
    private int _count;

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

    /// <summary>Whether a range names one of them.</summary>
    public bool AnyIn(PacketRange range)
    {
        int at = _numbers.AsSpan(0, _count).BinarySearch(range.Smallest);
        at = at < 0 ? ~at : at;
        return at < _count && _numbers[at] <= range.Largest;
    }
}
