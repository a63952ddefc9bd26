namespace Punch.Protocol.Nat;

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

/// <summary>Whether two peers can punch a path: a pure function of what the two NATs do.</summary>
public static class NatVerdict
{
    /// <summary>
    /// Whether two peers get a path; never <see cref="DirectPath.Unknown"/>. Filters of NATs whose mapping varies are taken to belong to
    /// each mapping, as in NATs with a table of sessions; one that keeps them per inside endpoint (RFC 4787 §5) may do better.
    /// </summary>
    public static DirectPath Between(NatTraits a, NatTraits b)
    {
        if (IsHeardAndAnswered(a, b) || IsHeardAndAnswered(b, a) || (IsHeard(a, b) && IsHeard(b, a))) { return DirectPath.Yes; }

        // One known end: the other's port can be searched for. Two moving ends: only where both move in steps.
        if (a.IsPredictable || b.IsPredictable) { return DirectPath.Search; }

        bool areBothSequential = a.Allocation == PortAllocation.Sequential && b.Allocation == PortAllocation.Sequential;
        return areBothSequential ? DirectPath.Search : DirectPath.No;
    }

    /// <summary>Whether a packet to the mapping that a server saw of <paramref name="to"/> comes in there.</summary>
    private static bool IsHeard(NatTraits from, NatTraits to) =>
        to.LetsAnybodyIn || (to.IsPredictable && (to.LetsAnyPortIn || from.IsPredictable));

    /// <summary>
    /// Whether, beyond that, the answer gets back: it comes from where it was sent to, unless the answering NAT's mapping varies.
    /// </summary>
    private static bool IsHeardAndAnswered(NatTraits asker, NatTraits answerer) =>
        IsHeard(asker, answerer) && (answerer.IsPredictable || asker.LetsAnyPortIn);
}
