namespace Punch.Protocol.Nat;

/// <summary>Whether two peers get a direct path if each knows the address of the other that a server saw, and both send.</summary>
public enum DirectPath
{
    /// <summary>They get one.</summary>
    Yes,

    /// <summary>Only if one side also finds the other's port, by prediction or by trying many. Otherwise they need a relay.</summary>
    Search,

    /// <summary>They do not get one: they need a relay.</summary>
    No,

    /// <summary>It depends on findings that the tests could not make.</summary>
    Unknown,
}

/// <summary>Whether two peers can punch a path: a pure function of the traits of the two NATs.</summary>
public static class NatVerdict
{
    /// <summary>
    /// Whether two peers get a path; never <see cref="DirectPath.Unknown"/>. It assumes that a NAT whose mapping varies has a filter for
    /// each mapping, as in NATs with a table of sessions. A NAT with a filter per inside endpoint (RFC 4787 §5) may do better.
    /// </summary>
    public static DirectPath Between(NatTraits a, NatTraits b)
    {
        if (IsHeardAndAnswered(a, b) || IsHeardAndAnswered(b, a) || (IsHeard(a, b) && IsHeard(b, a))) { return DirectPath.Yes; }

        // With one known end, the other port can be searched for. With two moving ends, only if both move in steps.
        if (a.IsPredictable || b.IsPredictable) { return DirectPath.Search; }

        bool areBothSequential = a.Allocation == PortAllocation.Sequential && b.Allocation == PortAllocation.Sequential;
        return areBothSequential ? DirectPath.Search : DirectPath.No;
    }

    /// <summary>Whether a packet comes in at the mapping of <paramref name="to"/> that a server saw.</summary>
    private static bool IsHeard(NatTraits from, NatTraits to) =>
        to.LetsAnybodyIn || (to.IsPredictable && (to.LetsAnyPortIn || from.IsPredictable));

    /// <summary>
    /// Whether, in addition, the reply gets back. It comes from where the packet was sent to, unless the replying NAT's mapping varies.
    /// </summary>
    private static bool IsHeardAndAnswered(NatTraits asker, NatTraits answerer) =>
        IsHeard(asker, answerer) && (answerer.IsPredictable || asker.LetsAnyPortIn);
}
