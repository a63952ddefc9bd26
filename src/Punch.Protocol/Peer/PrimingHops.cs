namespace Punch.Protocol.Peer;

/// <summary>
/// The hop limit of primes: it must cross all own NATs and end before the peer's. Two hops cross a home router; a carrier's NAT lies
/// further out, so every third slot reaches further. Where routers say that a prime expired there (ICMP time exceeded), guessing ends.
/// </summary>
internal struct PrimingHops
{
    /// <summary>The furthest that a prime goes: a carrier's NAT lies 2 to 5 hops out (nat-traversal 3.4).</summary>
    public const byte Furthest = 6;

    // Most often the limit that suits a router at home and the shortest of paths.
    private static ReadOnlySpan<byte> Turns => [2, 2, 3, 2, 2, 4, 2, 2, 3, 2, 2, Furthest];

    private byte _tooShort;
    private byte _longEnough;

    /// <summary>The hop limit for a slot.</summary>
    public readonly byte For(long slot)
    {
        if (_longEnough != 0) { return _longEnough; }

        return Math.Max(Turns[(int)(slot % Turns.Length)], (byte)(_tooShort + 1));
    }

    /// <summary>
    /// Takes in where a prime expired. A public address lies beyond all own NATs; a private or shared one may lie before the last of them.
    /// Anybody can forge such a report, so it moves the limit within its bounds and does no more.
    /// </summary>
    public void NoteExpired(byte hopLimit, HostAddress by)
    {
        if (hopLimit is < 2 or > Furthest) { return; }

        if (!by.IsPublic()) { _tooShort = Math.Min(Math.Max(_tooShort, hopLimit), (byte)(Furthest - 1)); }
        else if (_longEnough == 0 || hopLimit < _longEnough) { _longEnough = hopLimit; }
    }
}
