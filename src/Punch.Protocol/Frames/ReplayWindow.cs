namespace Punch.Protocol.Frames;

/// <summary>
/// Remembers which counters came, so that each is taken in once: RFC 6479. Too old a one is refused: that it is new can't be shown.
/// </summary>
internal sealed class ReplayWindow
{
    /// <summary>How far behind the highest counter a late one is still taken in.</summary>
    public const int Size = (Words - 1) * BitsOfAWord;

    private const int Words = 32;
    private const int BitsOfAWord = 64;

    // A ring of words; the one that Highest lies in is the newest, and all that it does not cover yet are zeros.
    private readonly ulong[] _seen = new ulong[Words];
    private ulong _highest;

    /// <summary>Whether a counter may be taken in. Changes nothing: ask before the seal is checked.</summary>
    public bool IsFresh(ulong counter)
    {
        if (counter > _highest) { return true; }

        return _highest - counter < Size && (_seen[IndexOf(counter)] & BitOf(counter)) == 0;
    }

    /// <summary>Takes in a counter that is fresh and whose seal is whole.</summary>
    public void Add(ulong counter)
    {
        if (counter > _highest)
        {
            ulong words = Math.Min(counter / BitsOfAWord - _highest / BitsOfAWord, Words);
            for (ulong i = 0; i < words; i++) { _seen[IndexOf(counter - i * BitsOfAWord)] = 0; }

            _highest = counter;
        }

        _seen[IndexOf(counter)] |= BitOf(counter);
    }

    private static int IndexOf(ulong counter) => (int)(counter / BitsOfAWord % Words);

    private static ulong BitOf(ulong counter) => 1UL << (int)(counter % BitsOfAWord);
}
