namespace Punch.Protocol.Discovery;

/// <summary>Whether two peers get a direct path when each knows the other's address as a server saw it, and both send.</summary>
public enum DirectPath
{
    /// <summary>They do.</summary>
    Yes,

    /// <summary>Only when one side also finds the other's port, by prediction or by trying many; else they need a relay.</summary>
    Search,

    /// <summary>They do not: they need a relay.</summary>
    No,

    /// <summary>It depends on what the tests could not tell.</summary>
    Unknown,
}

/// <summary>The findings a verdict can rest on.</summary>
[Flags]
public enum NatFindings
{
    /// <summary>None that is unknown.</summary>
    None = 0,

    /// <summary>The mapping.</summary>
    Mapping = 1,

    /// <summary>The filtering.</summary>
    Filtering = 2,

    /// <summary>The port allocation.</summary>
    Allocation = 4,
}

/// <summary>Whether a direct path to a kind of peer will open.</summary>
/// <param name="Peer">The kind of peer.</param>
/// <param name="Direct">Whether it will.</param>
/// <param name="RestsOn">The unknown findings it would take to know; none unless <paramref name="Direct"/> is unknown.</param>
public readonly record struct PeerVerdict(PeerKind Peer, DirectPath Direct, NatFindings RestsOn);

/// <summary>Who can punch a path to whom: pure functions of what the two NATs do.</summary>
public static class NatVerdict
{
    /// <summary>The verdict for every kind of peer, from findings that may have several candidates each.</summary>
    public static IReadOnlyList<PeerVerdict> For(
        Finding<MappingBehavior> mapping, Finding<FilteringBehavior> filtering, Finding<AllocationBehavior> allocation) =>
        [.. PeerKinds.All.Select(peer => For(peer, mapping, filtering, allocation))];

    /// <summary>The verdict for networks where no UDP comes through.</summary>
    public static IReadOnlyList<PeerVerdict> Blocked { get; } =
        [.. PeerKinds.All.Select(peer => new PeerVerdict(peer, DirectPath.No, NatFindings.None))];

    /// <summary>
    /// Whether two peers get a path; never <see cref="DirectPath.Unknown"/>. Filters of NATs whose mapping varies are taken to belong to
    /// each mapping, as in NATs with a table of sessions; one that keeps them per inside endpoint (RFC 4787 §5) may do better.
    /// </summary>
    public static DirectPath Between(NatTraits a, NatTraits b)
    {
        if (IsHeardAndAnswered(a, b) || IsHeardAndAnswered(b, a) || (IsHeard(a, b) && IsHeard(b, a))) { return DirectPath.Yes; }

        // One known end: the other's port can be searched for. Two moving ends: only where both move in steps.
        if (a.IsPredictable || b.IsPredictable) { return DirectPath.Search; }

        bool areBothSequential = a.Allocation == AllocationBehavior.Sequential && b.Allocation == AllocationBehavior.Sequential;
        return areBothSequential ? DirectPath.Search : DirectPath.No;
    }

    private static PeerVerdict For(
        PeerKind peer, Finding<MappingBehavior> mapping, Finding<FilteringBehavior> filtering, Finding<AllocationBehavior> allocation)
    {
        DirectPath Try(MappingBehavior m, FilteringBehavior f, AllocationBehavior a) => Between(new NatTraits(m, f, a), peer.Traits());

        var restsOn = NatFindings.None;
        DirectPath first = Try(mapping.Candidates[0], filtering.Candidates[0], allocation.Candidates[0]);
        bool allAgree = true;
        foreach (MappingBehavior m in mapping.Candidates)
        {
            foreach (FilteringBehavior f in filtering.Candidates)
            {
                foreach (AllocationBehavior a in allocation.Candidates)
                {
                    DirectPath direct = Try(m, f, a);
                    allAgree &= direct == first;
                    if (direct != Try(mapping.Candidates[0], f, a)) { restsOn |= NatFindings.Mapping; }

                    if (direct != Try(m, filtering.Candidates[0], a)) { restsOn |= NatFindings.Filtering; }

                    if (direct != Try(m, f, allocation.Candidates[0])) { restsOn |= NatFindings.Allocation; }
                }
            }
        }

        return allAgree ? new PeerVerdict(peer, first, NatFindings.None) : new PeerVerdict(peer, DirectPath.Unknown, restsOn);
    }

    /// <summary>Whether a packet to the mapping that a server saw of <paramref name="to"/> comes in there.</summary>
    private static bool IsHeard(NatTraits from, NatTraits to) =>
        to.LetsAnybodyIn || (to.IsPredictable && (to.LetsAnyPortIn || from.IsPredictable));

    /// <summary>Whether, beyond that, the answer gets back: it comes from where it was sent to, unless the answering NAT's mapping varies.</summary>
    private static bool IsHeardAndAnswered(NatTraits asker, NatTraits answerer) =>
        IsHeard(asker, answerer) && (answerer.IsPredictable || asker.LetsAnyPortIn);
}
