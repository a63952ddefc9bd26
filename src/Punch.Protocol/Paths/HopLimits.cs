namespace Punch.Protocol.Paths;

/// <summary>
/// The hop limit of primes. A prime must cross all local NATs and expire before the peer's NAT. A home router is one hop away, a carrier's
/// NAT two to five. Guessing ends when routers report that a prime expired there (ICMP time exceeded).
/// </summary>
internal sealed class HopLimits
{
    /// <summary>The highest hop limit of a prime.</summary>
    public const byte Furthest = 6;

    private readonly Dictionary<TransportAddress, byte> _primes = new(Remembered);
    private byte _tooShort;
    private byte _longEnough;

    /// <summary>The most remembered addresses with a prime on the way.</summary>
    public const int Remembered = 32;

    /// <summary>The hop limit to use if a plan would guess <paramref name="guess"/>. It remembers the prime for a report.</summary>
    public byte Take(byte guess, in TransportAddress to)
    {
        byte hopLimit = _longEnough != 0 ? _longEnough : Math.Max(guess, (byte)(_tooShort + 1));
        if (_primes.Count >= Remembered && !_primes.ContainsKey(to)) { _primes.Clear(); }

        _primes[to] = hopLimit;
        return hopLimit;
    }

    /// <summary>
    /// Takes in a report that a datagram to <paramref name="sentTo"/> expired. A router with a public address is beyond all local NATs. One
    /// with a private or shared address may be before the last of them. Anyone can forge such a report, so it moves the limit within its
    /// bounds and does nothing else.
    /// </summary>
    public void NoteExpired(in TransportAddress sentTo, HostAddress by)
    {
        if (!_primes.TryGetValue(sentTo, out byte hopLimit) || hopLimit is < 2 or > Furthest) { return; }

        if (!by.IsPublic()) { _tooShort = Math.Min(Math.Max(_tooShort, hopLimit), (byte)(Furthest - 1)); }
        else if (_longEnough == 0 || hopLimit < _longEnough) { _longEnough = hopLimit; }
    }
}
