namespace Punch.Serving.Rooms;

/// <summary>Counts the outcomes of joins, on one thread at a time. Any thread may read it.</summary>
internal sealed class JoinCounter
{
    private readonly long[] _outcomes = new long[Enum.GetValues<RendezvousOutcome>().Length];
    private long _notices;

    /// <summary>A copy of the numbers.</summary>
    public RendezvousStatistics Counts => new()
    {
        Joined = Of(RendezvousOutcome.Waiting) + Of(RendezvousOutcome.Paired),
        Introduced = Of(RendezvousOutcome.Introduced),
        Challenged = Of(RendezvousOutcome.Challenged) + Of(RendezvousOutcome.OtherDay),
        Held = Of(RendezvousOutcome.Held),
        Left = Of(RendezvousOutcome.Left),
        Crowded = Of(RendezvousOutcome.Crowded),
        Full = Of(RendezvousOutcome.Full),
        Malformed = Of(RendezvousOutcome.Malformed) + Of(RendezvousOutcome.Dayless),
        Unauthenticated = Of(RendezvousOutcome.Unauthenticated),
        Limited = Of(RendezvousOutcome.Limited),
        Notices = Volatile.Read(ref _notices),
    };

    /// <summary>Counts a join by its outcome.</summary>
    public void Note(in RendezvousResult result)
    {
        _outcomes[(int)result.Outcome]++;
        _notices += result.NoticeCount;
    }

    private long Of(RendezvousOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);
}
