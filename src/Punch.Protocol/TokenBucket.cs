namespace Punch.Protocol;

/// <summary>A token bucket. No second has more than <paramref name="burst"/> and <paramref name="perSecond"/> tokens together.</summary>
internal struct TokenBucket(int burst, int perSecond)
{
    private readonly TimeSpan _refill = TimeSpan.FromSeconds(1) / perSecond;
    private int _spent;
    private Instant _since;

    /// <summary>How long after a refusal a token is available again.</summary>
    public readonly TimeSpan Refill => _refill;

    /// <summary>Takes one token; false if none is left.</summary>
    public bool TrySpend(Instant now)
    {
        long refilled = (now - _since).Ticks / _refill.Ticks;
        if (refilled > 0)
        {
            _spent = (int)Math.Max(0, _spent - refilled);
            _since = _spent == 0 ? now : _since + (_refill * refilled);
        }

        if (_spent >= burst) { return false; }

        _spent++;
        return true;
    }
}
