using Punch.Protocol.Candidates;

namespace Punch.Protocol.Paths;

/// <summary>The routes that are tried. The peer and the server name them, so their number is limited.</summary>
internal sealed class TargetTable
{
    /// <summary>The most targets at a time: the candidates of a hello, and sources without a candidate.</summary>
    public const int Capacity = 24;

    /// <summary>How many of them may be sources without a candidate.</summary>
    public const int ReflexiveCapacity = 4;

    /// <summary>How many of them may be relayed: a peer with many addresses must not keep out the way that always works.</summary>
    public const int RelayedCapacity = 4;

    private readonly List<ProbeTarget> _targets = new(Capacity);

    public int Count => _targets.Count;

    public ProbeTarget this[int index] => _targets[index];

    public List<ProbeTarget>.Enumerator GetEnumerator() => _targets.GetEnumerator();

    public ProbeTarget? Find(in Route route)
    {
        foreach (ProbeTarget target in _targets)
        {
            if (target.Route == route) { return target; }
        }

        return null;
    }

    /// <summary>Adds a target for a candidate; null if there is no room.</summary>
    public ProbeTarget? AddNamed(in Route route, CandidateKind kind, bool isNear)
    {
        bool isRelayed = kind == CandidateKind.Relayed;
        int relayed = CountOf(CandidateKind.Relayed);
        int others = _targets.Count - CountOf(CandidateKind.PeerReflexive) - relayed;
        bool hasRoom = isRelayed ? relayed < RelayedCapacity : others < Capacity - ReflexiveCapacity - RelayedCapacity;
        return hasRoom ? Add(new ProbeTarget(route, kind, isNear)) : null;
    }

    /// <summary>
    /// Adds a source without a candidate. If the table is full, the one heard least recently is removed, but never <paramref name="kept"/>.
    /// </summary>
    public ProbeTarget AddReflexive(in Route route, bool isNear, Instant now, ProbeTarget? kept)
    {
        if (CountOf(CandidateKind.PeerReflexive) >= ReflexiveCapacity)
        {
            ProbeTarget? oldest = null;
            foreach (ProbeTarget target in _targets)
            {
                bool mayGo = target.Kind == CandidateKind.PeerReflexive && target != kept;
                if (mayGo && (oldest is null || target.HeardAt < oldest.HeardAt)) { oldest = target; }
            }

            _targets.Remove(oldest!);
        }

        return Add(new ProbeTarget(route, CandidateKind.PeerReflexive, isNear) { HeardAt = now });
    }

    /// <summary>Adds a target again that has replied, if it was removed meanwhile; false if there is no room.</summary>
    public bool TryKeep(ProbeTarget target)
    {
        if (_targets.Contains(target)) { return true; }

        bool hasRoom = _targets.Count < Capacity && Find(target.Route) is null;
        if (hasRoom) { Add(target); }

        return hasRoom;
    }

    /// <summary>Removes the targets that match.</summary>
    public void Remove(Predicate<ProbeTarget> claim) => _targets.RemoveAll(claim);

    private ProbeTarget Add(ProbeTarget target)
    {
        _targets.Add(target);
        return target;
    }

    private int CountOf(CandidateKind kind)
    {
        int count = 0;
        foreach (ProbeTarget target in _targets) { count += target.Kind == kind ? 1 : 0; }

        return count;
    }
}
