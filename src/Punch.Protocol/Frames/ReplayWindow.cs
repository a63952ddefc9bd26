namespace Punch.Protocol.Frames;

/// <summary>
/// Remembers which counters came, so that each is accepted once: RFC 6479. A counter that is too old is refused, because it may have come
/// before.
/// </summary>
internal sealed class ReplayWindow
{
    /// <summary>How far behind the highest counter a late one is still accepted.</summary>
    public const int Size = (Words - 1) * BitsOfAWord;

    private const int Words = 128;
    private const int BitsOfAWord = 64;

    // A ring of words. The newest is the one with Highest. The bits above Highest are zeros.
    private readonly ulong[] _seen = new ulong[Words];
    private ulong _highest;

    /// <summary>Whether a counter may be accepted. It changes nothing: ask before the seal is checked.</summary>
    public bool IsFresh(ulong counter)
    {
        if (counter > _highest) { return true; }

        return _highest - counter < Size && (_seen[IndexOf(counter)] & BitOf(counter)) == 0;
    }

    /// <summary>Accepts a counter that is fresh and whose seal is valid.</summary>
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
