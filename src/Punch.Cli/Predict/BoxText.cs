using System.Diagnostics;
using System.Globalization;
using Punch.Protocol;
using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>What a NAT or firewall did with a packet, and why, in words.</summary>
internal static class BoxText
{
    /// <summary>What it did with a packet that went out.</summary>
    /// <param name="step">The step.</param>
    /// <param name="isFirst">Whether the host sends there for the first time.</param>
    public static string Out(in NetworkStep step, bool isFirst)
    {
        string port = Text($"port {step.After.Source.Port}");
        return step.Where.Middlebox switch
        {
            Simulation.Nat nat => step.Change switch
            {
                StateChange.Created => $"new {port}, {Scope(nat.Options)}",
                StateChange.Remapped => $"an early packet is in the way: new {port}",
                _ => isFirst ? $"{port}, now {Scope(nat.Options)}" : $"from {port}",
            },
            Firewall firewall => isFirst ? $"now {Open(firewall.Options.Filtering)}" : "passes",
            _ => "passes",
        };
    }

    /// <summary>Why it let a packet in; nothing where there is no filter.</summary>
    public static string In(in NetworkStep step, string host) => FilteringOf(step.Where.Middlebox) switch
    {
        null => "",
        Filtering.EndpointIndependent => "lets anybody in",
        Filtering.AddressDependent => $"lets it in: {host} has sent to {step.Before.Source.Host}",
        Filtering.AddressAndPortDependent => $"lets it in: {host} has sent to {step.Before.Source}",
        _ => throw new UnreachableException(),
    };

    /// <summary>Why a packet went no further.</summary>
    public static string Drop(in NetworkStep step, string host)
    {
        TransportAddress source = step.Before.Source;
        string held = step.Change == StateChange.Confirmed ? ", and is held by it now" : "";
        return step.Reason switch
        {
            DropReason.Filtered when FilteringOf(step.Where.Middlebox) == Filtering.AddressDependent =>
                $"drops it: {host} has not sent to {source.Host}",
            DropReason.Filtered => $"drops it: {host} has not sent to {source}",
            DropReason.NoMapping => Text($"drops it: port {step.Before.Destination.Port} leads nowhere from there{held}"),
            DropReason.HopLimitExceeded => "it dies on the way, as it was meant to",
            DropReason.NoHairpin => "drops it: it does not turn packets round",
            _ => $"it is lost ({step.Reason})",
        };
    }

    // The peers that the mapping serves where it does not serve all, else those that the filter lets in.
    private static string Scope(Simulation.NatOptions nat) => nat.Mapping switch
    {
        Mapping.EndpointIndependent => Open(nat.Filtering),
        Mapping.AddressDependent => "for this host alone",
        Mapping.AddressAndPortDependent => "for this peer alone",
        _ => throw new UnreachableException(),
    };

    private static string Open(Filtering filtering) => filtering switch
    {
        Filtering.EndpointIndependent => "open to anybody",
        Filtering.AddressDependent => "open to this host",
        Filtering.AddressAndPortDependent => "open to this peer",
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
