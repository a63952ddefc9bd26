namespace Punch.Cli.Output;

/// <summary>Keeps a flood of datagrams from becoming a flood of lines: so many a second are shown, the others are counted.</summary>
internal struct LineLimiter
{
    /// <summary>Lines shown in one second.</summary>
    public const int LinesPerSecond = 20;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private TimeSpan? _windowStart;
    private int _shown;
    private long _heldBack;

    /// <summary>Whether one more may be shown now; otherwise it is counted.</summary>
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

    /// <summary>How many were held back in a second that is over by <paramref name="now"/>; counts anew when there were any.</summary>
    public long TakeHeldBack(TimeSpan now) => _windowStart is { } start && now - start >= Window ? TakeHeldBack() : 0;

    /// <summary>How many were held back and not yet told.</summary>
    public long TakeHeldBack()
    {
        long count = _heldBack;
        _heldBack = 0;
        return count;
    }
}
