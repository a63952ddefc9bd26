namespace Punch.Protocol.Candidates;

/// <summary>
/// The current candidates of a source, in order of preference, and the changes that were not taken yet. The number of both is limited.
/// </summary>
internal sealed class CandidateSet(CandidateSide side)
{
    /// <summary>The most candidates of one source: more than a hello has, with two reflexive ones.</summary>
    public const int Capacity = 20;

    private readonly List<Candidate> _candidates = new(Capacity);
    private readonly Queue<CandidateChange> _changes = new(Capacity * 2);

    /// <summary>Sets the candidates. Those that do not fit are left out, from the end.</summary>
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
