using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;

namespace Punch.Cli.Nat;

/// <summary>Whether a requirement holds.</summary>
internal enum RequirementState
{
    /// <summary>It holds.</summary>
    Met,

    /// <summary>It does not hold.</summary>
    Unmet,

    /// <summary>The tests could not find out.</summary>
    Unknown,
}

/// <summary>
/// A requirement of <c>--require</c>: a network that is at least as easy to reach as the word says. So "no NAT" meets <c>eim</c>, too, and
/// a full cone meets <c>port-restricted</c>.
/// </summary>
internal sealed record NatRequirement
{
    private NatRequirement(string word) => Word = word;

    /// <summary>The word that the user typed.</summary>
    public string Word { get; }

    private Mapping WorstMapping { get; init; } = Mapping.AddressAndPortDependent;

    private Filtering WorstFiltering { get; init; } = Filtering.AddressAndPortDependent;

    private PortAllocation? Allocation { get; init; }

    /// <summary>The words besides the kinds of peers.</summary>
    private static IReadOnlyList<string> Words { get; } = ["udp", "none", "eim", "adm", "eif", "adf", "preserving"];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> AllWords { get; } = [.. Words.Union(AccessKinds.Peers.Select(kind => kind.Name()))];

    /// <summary>Reads a word.</summary>
    /// <exception cref="FailureException">There is no such word.</exception>
    public static NatRequirement Parse(string word)
    {
        var requirement = new NatRequirement(word);
        return word switch
        {
            "udp" or "apdm" or "apdf" => requirement,
            "none" => requirement with { WorstMapping = Mapping.None },
            "eim" => requirement with { WorstMapping = Mapping.EndpointIndependent },
            "adm" => requirement with { WorstMapping = Mapping.AddressDependent },
            "eif" => requirement with { WorstFiltering = Filtering.EndpointIndependent },
            "adf" => requirement with { WorstFiltering = Filtering.AddressDependent },
            "preserving" => requirement with { Allocation = PortAllocation.Preserving },
            _ => ParseKind(requirement),
        };
    }

    /// <summary>Whether a report meets it.</summary>
    public RequirementState Judge(NatReport report)
    {
        if (report.Udp != UdpState.Open) { return report.Udp == UdpState.Blocked ? RequirementState.Unmet : RequirementState.Unknown; }

        FamilyReport found = report.Primary;
        RequirementState[] states =
        [
            Judge(found.Mapping, mapping => mapping <= WorstMapping),
            Judge(found.Filtering, filtering => filtering <= WorstFiltering),
            Judge(found.Allocation, allocation => Allocation is null || allocation == Allocation),
        ];
        return states.Contains(RequirementState.Unmet) ? RequirementState.Unmet
            : states.Contains(RequirementState.Unknown) ? RequirementState.Unknown
            : RequirementState.Met;
    }

    private static NatRequirement ParseKind(NatRequirement requirement)
    {
        foreach (AccessKind kind in AccessKinds.Peers)
        {
            if (kind.Name() != requirement.Word) { continue; }

            NatTraits traits = kind.Traits();
            bool keepsPorts = kind is AccessKind.PortPreserving or AccessKind.Linux;
            return requirement with
            {
                WorstMapping = traits.Mapping,
                WorstFiltering = traits.Filtering,
                Allocation = keepsPorts ? PortAllocation.Preserving : null,
            };
        }

        throw new FailureException(
            Failure.Usage($"--require '{requirement.Word}' is unknown", $"use one of {string.Join(", ", AllWords)}"));
    }

    private static RequirementState Judge<T>(Finding<T> finding, Func<T, bool> isGood)
        where T : struct, Enum
    {
        int good = finding.Candidates.Count(isGood);
        return good == finding.Candidates.Count ? RequirementState.Met : good == 0 ? RequirementState.Unmet : RequirementState.Unknown;
    }
}
