using System.Diagnostics;
using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;

namespace Punch.Cli.Nat;

/// <summary>The words for findings that programs read. They are listed in docs/json.md and never change.</summary>
internal static class NatNames
{
    /// <summary>The word for a mapping behaviour.</summary>
    public static string Name(this Mapping mapping) => mapping switch
    {
        Mapping.None => "none",
        Mapping.EndpointIndependent => "eim",
        Mapping.AddressDependent => "adm",
        Mapping.AddressAndPortDependent => "apdm",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for a filtering behaviour.</summary>
    public static string Name(this Filtering filtering) => filtering switch
    {
        Filtering.None => "none",
        Filtering.EndpointIndependent => "eif",
        Filtering.AddressDependent => "adf",
        Filtering.AddressAndPortDependent => "apdf",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for a port allocation. For a block it is "random", with the block in a field of its own.</summary>
    public static string Name(this PortAllocation allocation) => allocation switch
    {
        PortAllocation.Preserving => "preserving",
        PortAllocation.Sequential => "sequential",
        PortAllocation.Random or PortAllocation.Block => "random",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for the effect of early packets.</summary>
    public static string Name(this EarlyPacket early) => early switch
    {
        EarlyPacket.Ignored => "ignored",
        EarlyPacket.Held => "held",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for whether hairpinning works.</summary>
    public static string Name(this Hairpinning hairpin) => hairpin switch
    {
        Hairpinning.Works => "yes",
        Hairpinning.Missing => "no",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for a verdict.</summary>
    public static string Name(this DirectPath direct) => direct switch
    {
        DirectPath.Yes => "yes",
        DirectPath.Search => "search",
        DirectPath.No => "no",
        DirectPath.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for the result of a server.</summary>
    public static string Name(this ServerState state) => state switch
    {
        ServerState.Answered => "answered",
        ServerState.Refused => "refused",
        ServerState.Unusable => "unusable",
        ServerState.Silent => "silent",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for whether UDP works.</summary>
    public static string Name(this UdpState udp) => udp switch
    {
        UdpState.Open => "open",
        UdpState.Unusable => "unusable",
        UdpState.Blocked => "blocked",
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether a requirement is met.</summary>
    public static string Name(this RequirementState state) => state switch
    {
        RequirementState.Met => "yes",
        RequirementState.Unmet => "no",
        RequirementState.Unknown => "unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for why a finding is unknown.</summary>
    public static string Name(this UnknownReason reason) => reason switch
    {
        UnknownReason.None => "none",
        UnknownReason.NotTested => "not-tested",
        UnknownReason.NoAnswer => "no-answer",
        UnknownReason.OneServerAddress => "one-server-address",
        UnknownReason.OneServerPort => "one-server-port",
        UnknownReason.NoOtherSource => "no-other-source",
        UnknownReason.OtherSourceSilent => "other-source-silent",
        UnknownReason.ServerRefuses => "server-refuses",
        UnknownReason.TooFewAnswers => "too-few-answers",
        UnknownReason.StoppedEarly => "stopped-early",
        UnknownReason.LocalAddressUnknown => "local-address-unknown",
        UnknownReason.MappingVaries => "mapping-varies",
        UnknownReason.ServersDisagree => "servers-disagree",
        UnknownReason.NotApplicable => "not-applicable",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for an advice.</summary>
    public static string Name(this NatAdvice advice) => advice switch
    {
        NatAdvice.Nothing => "nothing",
        NatAdvice.AllowUdp => "allow-udp",
        NatAdvice.UseIPv6 => "use-ipv6",
        NatAdvice.ForwardPort => "forward-port",
        NatAdvice.OpenFirewall => "open-firewall",
        NatAdvice.AskProvider => "ask-provider",
        NatAdvice.StartTogether => "start-together",
        NatAdvice.AskBetterServer => "ask-better-server",
        _ => throw new UnreachableException(),
    };

    /// <summary>The words for a set of findings.</summary>
    public static IEnumerable<string> Names(this NatFindings findings)
    {
        if (findings.HasFlag(NatFindings.Mapping)) { yield return "mapping"; }

        if (findings.HasFlag(NatFindings.Filtering)) { yield return "filtering"; }

        if (findings.HasFlag(NatFindings.Allocation)) { yield return "allocation"; }
    }

    /// <summary>The words for the signs of a carrier's NAT.</summary>
    public static IEnumerable<string> Names(this CarrierHints hints)
    {
        if (hints.HasFlag(CarrierHints.SharedLocalAddress)) { yield return "shared-local-address"; }

        if (hints.HasFlag(CarrierHints.PrivateUpstream)) { yield return "private-upstream"; }

        if (hints.HasFlag(CarrierHints.SeveralPublicAddresses)) { yield return "several-public-addresses"; }
    }
}
