namespace Punch.Protocol.Peer;

/// <summary>A token bucket for answers to messages that carry no proof: whoever forges the peer's address gets no flood out of us.</summary>
internal struct AnswerBudget
{
    /// <summary>Answers that may go out at once: more than two ladders.</summary>
    public const int Burst = 20;

    /// <summary>One more answer is allowed after this long: 20 a second.</summary>
    private static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(50);

    private int _spent;
    private Instant _since;

    public bool TrySpend(Instant now)
    {
        long refilled = (now - _since) / Refill is var periods && periods > 0 ? (long)periods : 0;
        if (refilled > 0)
        {
            _spent = (int)Math.Max(0, _spent - refilled);
            _since = _spent == 0 ? now : _since + (Refill * refilled);
        }

        if (_spent >= Burst) { return false; }

        _spent++;
        return true;
    }
}
