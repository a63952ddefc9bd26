using System.Diagnostics;
using System.Globalization;
using Punch.Protocol.Discovery;
using Punch.Protocol.Nat;
using Punch.Protocol.Stun;

namespace Punch.Cli.Nat;

/// <summary>The findings as text for people.</summary>
internal static class NatText
{
    /// <summary>The text for a mapping behaviour.</summary>
    public static string Text(this Mapping mapping) => mapping switch
    {
        Mapping.None => "no NAT: your own address is the public one",
        Mapping.EndpointIndependent => "one public port for all peers (EIM)",
        Mapping.AddressDependent => "another public port for each host (ADM)",
        Mapping.AddressAndPortDependent => "another public port for each host and port (APDM, symmetric)",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for a filtering behaviour.</summary>
    public static string Text(this Filtering filtering) => filtering switch
    {
        Filtering.None => "none: anybody gets in",
        Filtering.EndpointIndependent => "lets anybody in (EIF)",
        Filtering.AddressDependent => "lets in hosts you sent to (ADF)",
        Filtering.AddressAndPortDependent => "lets in hosts and ports you sent to (APDF)",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for a port allocation.</summary>
    public static string Text(this PortAllocation allocation) => allocation switch
    {
        PortAllocation.Preserving => "keeps the local port where it is free",
        PortAllocation.Sequential => "one port after the other",
        PortAllocation.Random => "random ports",
        PortAllocation.Block => "random ports of a small block",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for the effect of early packets.</summary>
    public static string Text(this EarlyPacket early) => early switch
    {
        EarlyPacket.Ignored => "forgotten",
        EarlyPacket.Held => "held against their port for half a minute: punch then tries other ports",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for whether hairpinning works.</summary>
    public static string Text(this Hairpinning hairpin) => hairpin switch
    {
        Hairpinning.Works => "works: two hosts here meet at their public addresses",
        Hairpinning.Missing => "does not work: two hosts here need their local addresses",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for why a finding is unknown.</summary>
    public static string Text(this UnknownReason reason) => reason switch
    {
        UnknownReason.None => "",
        UnknownReason.NotTested => "not tested",
        UnknownReason.NoAnswer => "no server answered",
        UnknownReason.OneServerAddress => "a server with a second address, or a second server, would tell",
        UnknownReason.OneServerPort => "a server with a second port would tell",
        UnknownReason.NoOtherSource => "no server here can answer from another address or port",
        UnknownReason.OtherSourceSilent => "the server's other address does not answer",
        UnknownReason.ServerRefuses => "the server does not answer from its other address when asked to",
        UnknownReason.TooFewAnswers => "too few answers came",
        UnknownReason.StoppedEarly => "the test was stopped before its end",
        UnknownReason.LocalAddressUnknown => "the local address is not known",
        UnknownReason.MappingVaries => "cannot be told while the public port changes",
        UnknownReason.ServersDisagree => "servers disagree: a third one would tell",
        UnknownReason.NotApplicable => "nothing to test",
        _ => throw new UnreachableException(),
    };

    /// <summary>What to do about it.</summary>
    public static string Hint(this UnusableReply reply) => reply switch
    {
        { Alternate: { } alternate } => $"ask the server it refers to: --server {alternate}",
        { Code: StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce or StunErrorCode.WrongCredentials } =>
            "it wants credentials, as a relay does: name a plain STUN server with --server",
        { Code: StunErrorCode.BadRequest or StunErrorCode.UnknownAttribute } =>
            "it does not take a plain request of RFC 8489: name another --server",
        { Code: StunErrorCode.ServerError } => "the server has trouble: try again in a while, or name another --server",
        { Kind: UnusableKind.Error } => "it may serve something else: name another --server",
        { Kind: UnusableKind.OtherSource } =>
            "the server, or a NAT in front of it, answers from another address than the one that was asked: name that one, or another",
        { Kind: UnusableKind.NotStun } => "something else listens on that port: name another port or another --server",
        _ => "the server is broken, or something on the way changes packets: name another --server",
    };

    /// <summary>The text for an advice.</summary>
    public static string Text(this NatAdvice advice) => advice switch
    {
        NatAdvice.Nothing => "nothing to do: direct paths open by themselves",
        NatAdvice.AllowUdp => "allow UDP out in the firewall",
        NatAdvice.UseIPv6 => "use IPv6: it works here without translation, and every peer that has it can be reached",
        NatAdvice.ForwardPort => "forward a UDP port to this machine on the router",
        NatAdvice.OpenFirewall => "open a UDP port for this machine in the firewall",
        NatAdvice.AskProvider => "ask the provider for a public address or IPv6: its NAT is out of your hands",
        NatAdvice.StartTogether => "use 'punch meet', or start both sides within a second: a packet that comes early costs some seconds",
        NatAdvice.AskBetterServer => "ask a server with two addresses ('punch serve'), or a second one: that would answer what is unknown",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for a verdict about a kind of peer.</summary>
    public static string Text(this DirectPath direct) => direct switch
    {
        DirectPath.Yes => "opens by itself",
        DirectPath.Search => "needs a port search, or a relay",
        DirectPath.No => "does not open: a relay is needed",
        DirectPath.Unknown => "cannot be told",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for a kind of network access.</summary>
    public static string Text(this AccessKind kind) => kind switch
    {
        AccessKind.Open => "a public address",
        AccessKind.Firewall => "a firewall, no NAT",
        AccessKind.FullCone or AccessKind.FullConePreserving => "a NAT that lets anybody in",
        AccessKind.AddressRestricted => "a NAT that filters by host",
        AccessKind.PortRestricted => "a NAT that filters by port",
        AccessKind.PortPreserving => "the usual home router",
        AccessKind.Linux => "a Linux router",
        AccessKind.Carrier => "a carrier's NAT on top of a home router",
        AccessKind.AddressDependent => "another port for each host",
        AccessKind.SymmetricEif => "symmetric, lets anybody in",
        AccessKind.SymmetricSequential => "symmetric, ports in sequence",
        AccessKind.SymmetricRandom => "symmetric, random ports",
        _ => throw new UnreachableException(),
    };

    /// <summary>The text for the lifetime of a mapping.</summary>
    public static string Text(this MappingLifetime lifetime)
    {
        string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

        return lifetime.Dead is { } dead
            ? $"between {Seconds(lifetime.Alive)} and {Seconds(dead)}"
            : $"longer than {Seconds(lifetime.Alive)}";
    }

    /// <summary>The text for the signs of a carrier's NAT.</summary>
    public static string Text(this CarrierHints hints) => hints switch
    {
        CarrierHints.None => "no sign of one",
        _ when hints.HasFlag(CarrierHints.PrivateUpstream) => "yes: even the server sees a private address",
        _ when hints.HasFlag(CarrierHints.SharedLocalAddress) => "yes: the local address is one that carriers give out (100.64.0.0/10)",
        _ => "likely: servers see more than one public address",
    };

    /// <summary>The text for a finding: its value, or its possible values with the reason.</summary>
    public static string Text<T>(this Finding<T> finding, Func<T, string> word)
        where T : struct, Enum
    {
        if (finding.Value is { } value) { return word(value); }

        // two candidates are informative, unless there are only two values
        return finding.Candidates.Count == 2 && Enum.GetValues<T>().Length > 2
            ? $"{string.Join(", or ", finding.Candidates.Select(word))} ({finding.Reason.Text()})"
            : $"unknown ({finding.Reason.Text()})";
    }
}
