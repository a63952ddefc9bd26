using System.Text.RegularExpressions;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Nat;

/// <summary>coturn's clients: how they are called and what they say.</summary>
internal static partial class CoturnTools
{
    /// <summary>Discovers the mapping by a server, from a port of the host's own address, without which it takes no NAT for one.</summary>
    public static LabCommand DiscoverMapping(string server, TransportAddress local) => Discover("-m", server, local);

    /// <summary>Discovers the filtering, which wants a port that has not sent to the server's other address.</summary>
    public static LabCommand DiscoverFiltering(string server, TransportAddress local) => Discover("-f", server, local);

    /// <summary>Asks for the mapped address.</summary>
    public static LabCommand Ask(string server) => new("turnutils_stunclient", server);

    /// <summary>The mapping it found, in the words of <c>punch nat</c>; null when it does not say.</summary>
    public static string? Mapping(string output) =>
        Found(output, "No NAT! (Endpoint Independent Mapping)") ? "none"
        : Found(output, "NAT with Address and Port Dependent Mapping!") ? "apdm"
        : Found(output, "NAT with Address Dependent Mapping!") ? "adm"
        : Found(output, "NAT with Endpoint Independent Mapping!") ? "eim"
        : null;

    /// <summary>The filtering it found; null when it does not say. It has one word for none and for <c>eif</c>.</summary>
    public static string? Filtering(string output) =>
        Found(output, "NAT with Address and Port Dependent Filtering!") ? "apdf"
        : Found(output, "NAT with Address Dependent Filtering!") ? "adf"
        : Found(output, "NAT with Endpoint Independent Filtering!") ? "eif"
        : null;

    /// <summary>The mapped addresses it was told, as ADDRESS:PORT.</summary>
    public static string[] Mapped(string output) => [.. MappedLine().Matches(output).Select(match => match.Groups[1].Value)];

    private static LabCommand Discover(string what, string server, TransportAddress local) =>
        new("turnutils_natdiscovery", what, "-L", $"{local.Host}", "-l", $"{local.Port}", server);

    private static bool Found(string output, string words) => output.Contains(words, StringComparison.Ordinal);

    [GeneratedRegex(@"UDP reflexive addr: (\S+)")]
    private static partial Regex MappedLine();
}
