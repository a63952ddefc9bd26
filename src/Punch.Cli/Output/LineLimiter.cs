namespace Punch.Cli.Output;

/// <summary>Limits the lines for a flood of datagrams: some lines a second are shown, and the rest is counted.</summary>
internal struct LineLimiter
{
    /// <summary>The lines shown in one second.</summary>
    public const int LinesPerSecond = 20;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private TimeSpan? _windowStart;
    private int _shown;
    private long _heldBack;

    /// <summary>Whether one more line may be shown now. If not, it is counted.</summary>
    public bool TryTake(TimeSpan now)
    {
        if (_windowStart is not { } start || now - start >= Window)
        {
            _windowStart = now;
            _shown = 0;
        }

        if (_shown < LinesPerSecond)
        {
            _shown++;
            return true;
        }

        _heldBack++;
        return false;
    }

    /// <summary>
    /// The number of lines held back in a second that ended before <paramref name="now"/>. If there were any, the count starts again.
    /// </summary>
    public long TakeHeldBack(TimeSpan now) => _windowStart is { } start && now - start >= Window ? TakeHeldBack() : 0;

    /// <summary>The number of lines held back and not reported yet.</summary>
    public long TakeHeldBack()
    {
        long count = _heldBack;
        _heldBack = 0;
        return count;
    }
}
