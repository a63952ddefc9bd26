namespace Punch.Protocol.Session;

/// <summary>When the newest messages were sent, to measure round trips; older ones are forgotten.</summary>
internal sealed class SendTimes
{
    /// <summary>Enough for a flood of 10,000 messages a second over 200 ms.</summary>
    public const int Size = 2048;

    private readonly (uint Sequence, Instant At)[] _times = new (uint, Instant)[Size];

    public void Note(uint sequence, Instant at) => _times[sequence % Size] = (sequence, at);

    public bool TryFind(uint sequence, out Instant at)
    {
        (uint found, at) = _times[sequence % Size];
        return found == sequence && sequence != 0;
    }
}
