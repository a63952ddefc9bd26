using Punch.Protocol.Nat;

namespace Punch.Protocol.Discovery;

/// <summary>The findings that a verdict can depend on.</summary>
[Flags]
public enum NatFindings
{
    /// <summary>No unknown finding.</summary>
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
/// <param name="Direct">Whether it will open.</param>
/// <param name="RestsOn">The unknown findings that would decide it; none unless <paramref name="Direct"/> is unknown.</param>
public readonly record struct PeerVerdict(AccessKind Peer, DirectPath Direct, NatFindings RestsOn)
{
    /// <summary>The verdict for every kind of peer. Each finding may have several candidates.</summary>
    public static IReadOnlyList<PeerVerdict> ForAll(
        Finding<Mapping> mapping, Finding<Filtering> filtering, Finding<PortAllocation> allocation) =>
        [.. AccessKinds.Peers.Select(peer => For(peer, mapping, filtering, allocation))];

    /// <summary>The verdicts for networks where UDP is blocked.</summary>
    public static IReadOnlyList<PeerVerdict> Blocked { get; } =
        [.. AccessKinds.Peers.Select(peer => new PeerVerdict(peer, DirectPath.No, NatFindings.None))];

    private static PeerVerdict For(
        AccessKind peer, Finding<Mapping> mapping, Finding<Filtering> filtering, Finding<PortAllocation> allocation)
    {
        DirectPath Try(Mapping m, Filtering f, PortAllocation a) => NatVerdict.Between(new NatTraits(m, f, a), peer.Traits());

        var restsOn = NatFindings.None;
        DirectPath first = Try(mapping.Candidates[0], filtering.Candidates[0], allocation.Candidates[0]);
        bool allAgree = true;
        foreach (Mapping m in mapping.Candidates)
        {
            foreach (Filtering f in filtering.Candidates)
            {
                foreach (PortAllocation a in allocation.Candidates)
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
}
