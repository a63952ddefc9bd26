namespace Punch.Serving.Relay;

/// <summary>Counts what became of binds and frames, on one thread at a time; any may read.</summary>
internal sealed class RelayCounter
{
    private readonly long[] _binds = new long[Enum.GetValues<BindOutcome>().Length];
    private readonly long[] _frames = new long[Enum.GetValues<FrameOutcome>().Length];
    private long _bytes;
    private long _notices;

    /// <summary>A copy of the numbers.</summary>
    public RelayStatistics Counts => new()
    {
        Bound = Of(BindOutcome.Bound),
        Moved = Of(BindOutcome.Moved),
        Kept = Of(BindOutcome.Kept),
        Left = Of(BindOutcome.Left),
        Challenged = Of(BindOutcome.Challenged),
        Limited = Of(BindOutcome.Limited),
        Malformed = Of(BindOutcome.Malformed),
        Unauthenticated = Of(BindOutcome.Unauthenticated),
        Off = Of(BindOutcome.Off) + Of(BindOutcome.Draining),
        Unseated = Of(BindOutcome.Unseated),
        Occupied = Of(BindOutcome.Occupied),
        OverShare = Of(BindOutcome.OverShare),
        Spent = Of(BindOutcome.Spent),
        Full = Of(BindOutcome.Full),
        Forwarded = Of(FrameOutcome.Forwarded),
        ForwardedBytes = Volatile.Read(ref _bytes),
        DroppedUnbound = Of(FrameOutcome.Unbound),
        DroppedAlone = Of(FrameOutcome.Alone),
        DroppedRate = Of(FrameOutcome.OverRate),
        DroppedTotal = Of(FrameOutcome.OverTotal),
        DroppedVolume = Of(FrameOutcome.OverVolume),
        Notices = Volatile.Read(ref _notices),
    };

    /// <summary>Counts a bind.</summary>
    public void Note(BindOutcome outcome) => _binds[(int)outcome]++;

    /// <summary>Counts a frame.</summary>
    public void Note(FrameOutcome outcome, int bytes)
    {
        _frames[(int)outcome]++;
        _bytes += outcome == FrameOutcome.Forwarded ? bytes : 0;
    }

    /// <summary>Counts notices.</summary>
    public void NoteNotices(int count) => _notices += count;

    private long Of(BindOutcome outcome) => Volatile.Read(ref _binds[(int)outcome]);

    private long Of(FrameOutcome outcome) => Volatile.Read(ref _frames[(int)outcome]);
}
