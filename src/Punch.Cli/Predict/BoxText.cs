using System.Diagnostics;
using System.Globalization;
using Punch.Protocol;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>The text for what a NAT or firewall did with a packet, and why.</summary>
internal static class BoxText
{
    /// <summary>The text for an outbound packet.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isFirst">Whether it is the host's first packet to that destination.</param>
    public static string Out(in NetworkStep step, bool isFirst)
    {
        string port = Text($"port {step.After.Source.Port}");
        return step.Where.Middlebox switch
        {
            Simulation.Nat nat => step.Change switch
            {
                StateChange.Created => $"new {port}, {Scope(nat.Options)}",
                StateChange.Remapped => $"early packet: new {port}",
                _ => isFirst ? $"{port}, now {Scope(nat.Options)}" : $"from {port}",
            },
            Firewall firewall => isFirst ? $"opens {Open(firewall.Options.Filtering)}" : "passes",
            _ => "passes",
        };
    }

    /// <summary>Why it let a packet in; empty if there is no filter.</summary>
    public static string In(in NetworkStep step, string host) => FilteringOf(step.Where.Middlebox) switch
    {
        null => "",
        Filtering.EndpointIndependent => "let in, as everything is",
        Filtering.AddressDependent => $"let in: {host} has sent to {step.Before.Source.Host}",
        Filtering.AddressAndPortDependent => $"let in: {host} has sent to {step.Before.Source}",
        _ => throw new UnreachableException(),
    };

    /// <summary>Why a packet was dropped.</summary>
    public static string Drop(in NetworkStep step, string host)
    {
        TransportAddress source = step.Before.Source;
        return step.Reason switch
        {
            DropReason.Filtered when FilteringOf(step.Where.Middlebox) == Filtering.AddressDependent =>
                $"dropped: {host} has not sent to {source.Host}",
            DropReason.Filtered => $"dropped: {host} has not sent to {source}",
            DropReason.NoMapping when step.Change == StateChange.Confirmed =>
                Text($"dropped, and it takes port {step.Before.Destination.Port} for itself"),
            DropReason.NoMapping => Text($"dropped: port {step.Before.Destination.Port} has no mapping for it"),
            DropReason.HopLimitExceeded => "its TTL ends here, as intended",
            DropReason.NoHairpin => "dropped: no hairpinning",
            _ => $"lost ({step.Reason})",
        };
    }

    // The peers that the mapping serves if it does not serve all, otherwise those that the filter lets in.
    private static string Scope(Simulation.NatOptions nat) => nat.Mapping switch
    {
        Mapping.EndpointIndependent => Open(nat.Filtering),
        Mapping.AddressDependent => "this host only",
        Mapping.AddressAndPortDependent => "this peer only",
        _ => throw new UnreachableException(),
    };

    private static string Open(Filtering filtering) => filtering switch
    {
        Filtering.EndpointIndependent => "for anybody",
        Filtering.AddressDependent => "for this host",
        Filtering.AddressAndPortDependent => "for this peer",
        _ => throw new UnreachableException(),
    };

    private static Filtering? FilteringOf(IMiddlebox? box) => box switch
    {
        Simulation.Nat nat => nat.Options.Filtering,
        Firewall firewall => firewall.Options.Filtering,
        _ => null,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
