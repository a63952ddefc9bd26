namespace Punch.Protocol.Candidates;

/// <summary>The candidates that a source names now, in order of preference, and the changes that nobody has taken yet. Bounded.</summary>
internal sealed class CandidateSet(CandidateSide side)
{
    /// <summary>The most candidates of one source: more than a hello holds, with two reflexive ones.</summary>
    public const int Capacity = 20;

    private readonly List<Candidate> _candidates = new(Capacity);
    private readonly Queue<CandidateChange> _changes = new(Capacity * 2);

    /// <summary>Names these candidates, and no others, from now on. What does not fit is left out, the last first.</summary>
    public void Replace(IEnumerable<Candidate> candidates)
    {
        List<Candidate> named = [.. candidates.Distinct().Take(Capacity)];
        foreach (Candidate gone in _candidates.Except(named)) { Note(CandidateChangeKind.Removed, gone); }

        foreach (Candidate added in named.Except(_candidates)) { Note(CandidateChangeKind.Added, added); }

        _candidates.Clear();
        _candidates.AddRange(named);
    }

    public bool TryTake(out CandidateChange change) => _changes.TryDequeue(out change);

    private void Note(CandidateChangeKind kind, in Candidate candidate) => _changes.Enqueue(new CandidateChange(kind, side, candidate));
}
