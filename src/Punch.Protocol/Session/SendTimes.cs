namespace Punch.Protocol.Session;

/// <summary>When the newest messages were sent, to measure round trips; older ones are forgotten.</summary>
internal sealed class SendTimes
{
    /// <summary>Enough for a flood of 10,000 messages a second over 200 ms.</summary>
    public const int Size = 2048;

    private readonly (uint Sequence, Instant At, bool IsRepeated)[] _times = new (uint, Instant, bool)[Size];

    public void Note(uint sequence, Instant at) => _times[sequence % Size] = (sequence, at, false);

    /// <summary>A message was sent again: nobody can tell which one a reply is for (RFC 6298 §3).</summary>
    public void NoteRepeated(uint sequence) => _times[sequence % Size].IsRepeated = true;

    public bool TryFind(uint sequence, out Instant at, out bool isRepeated)
    {
        (uint found, at, isRepeated) = _times[sequence % Size];
        return found == sequence && sequence != 0;
    }
}
