namespace Punch.Protocol.Paths;

/// <summary>
/// The hop limit of primes: it must cross all local NATs and end before the peer's. A home router is one hop away, a carrier's NAT two to
/// five. Where routers report that a prime expired there (ICMP time exceeded), guessing ends.
/// </summary>
internal sealed class HopLimits
{
    /// <summary>The furthest that a prime goes.</summary>
    public const byte Furthest = 6;

    private readonly Dictionary<TransportAddress, byte> _primes = new(Remembered);
    private byte _tooShort;
    private byte _longEnough;

    /// <summary>How many addresses with a prime on the way are remembered.</summary>
    public const int Remembered = 32;

    /// <summary>The hop limit to use where a plan would guess <paramref name="guess"/>; remembers the prime for a report.</summary>
    public byte Take(byte guess, in TransportAddress to)
    {
        byte hopLimit = _longEnough != 0 ? _longEnough : Math.Max(guess, (byte)(_tooShort + 1));
        if (_primes.Count >= Remembered && !_primes.ContainsKey(to)) { _primes.Clear(); }

        _primes[to] = hopLimit;
        return hopLimit;
    }

    /// <summary>
    /// Takes in that a datagram to <paramref name="sentTo"/> expired. A public address lies beyond all local NATs; a private or shared one
    /// may lie before the last of them. Anyone can forge such a report, so it moves the limit within its bounds and does no more.
    /// </summary>
    public void NoteExpired(in TransportAddress sentTo, HostAddress by)
    {
        if (!_primes.TryGetValue(sentTo, out byte hopLimit) || hopLimit is < 2 or > Furthest) { return; }

        if (!by.IsPublic()) { _tooShort = Math.Min(Math.Max(_tooShort, hopLimit), (byte)(Furthest - 1)); }
        else if (_longEnough == 0 || hopLimit < _longEnough) { _longEnough = hopLimit; }
    }
}
