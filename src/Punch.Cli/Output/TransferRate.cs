namespace Punch.Cli.Output;

/// <summary>The rate of a transfer over the last seconds, from what is noted a few times a second.</summary>
internal sealed class TransferRate
{
    // Three seconds at the pace of the live line: short enough to show a stall, long enough not to flicker.
    private const int MaxNotes = 13;

    private readonly Queue<(TimeSpan At, long Done)> _notes = new(MaxNotes);

    /// <summary>Notes how many bytes are done at a time, and returns the bytes per second since the oldest note that is kept.</summary>
    /// <param name="at">The time on a clock that only goes forward.</param>
    /// <param name="done">The bytes so far.</param>
    public double Note(TimeSpan at, long done)
    {
        (TimeSpan from, long before) = _notes.TryPeek(out var oldest) ? oldest : (at, done);
        if (_notes.Count == MaxNotes) { _notes.Dequeue(); }

        _notes.Enqueue((at, done));
        return at > from ? Math.Max(done - before, 0) / (at - from).TotalSeconds : 0;
    }
}
