using System.Text.RegularExpressions;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Nat;

/// <summary>The commands of coturn's clients, and their output.</summary>
internal static partial class CoturnTools
{
    /// <summary>
    /// Discovers the mapping with a server, from a port of the host's own address. Without that address, "no NAT" looks like a NAT to it.
    /// </summary>
    public static LabCommand DiscoverMapping(string server, TransportAddress local) => Discover("-m", server, local);

    /// <summary>Discovers the filtering, from a port that has not sent to the server's other address.</summary>
    public static LabCommand DiscoverFiltering(string server, TransportAddress local) => Discover("-f", server, local);

    /// <summary>Asks for the mapped address.</summary>
    public static LabCommand Ask(string server) => new("turnutils_stunclient", server);

    /// <summary>The mapping that it found, as a word of <c>punch nat</c>; null if it found none.</summary>
    public static string? Mapping(string output) =>
        Found(output, "No NAT! (Endpoint Independent Mapping)") ? "none"
        : Found(output, "NAT with Address and Port Dependent Mapping!") ? "apdm"
        : Found(output, "NAT with Address Dependent Mapping!") ? "adm"
        : Found(output, "NAT with Endpoint Independent Mapping!") ? "eim"
        : null;

    /// <summary>The filtering that it found; null if it found none. It has one word for "none" and for <c>eif</c>.</summary>
    public static string? Filtering(string output) =>
        Found(output, "NAT with Address and Port Dependent Filtering!") ? "apdf"
        : Found(output, "NAT with Address Dependent Filtering!") ? "adf"
        : Found(output, "NAT with Endpoint Independent Filtering!") ? "eif"
        : null;

    /// <summary>The mapped addresses in its output, as ADDRESS:PORT.</summary>
    public static string[] Mapped(string output) => [.. MappedLine().Matches(output).Select(match => match.Groups[1].Value)];

    private static LabCommand Discover(string what, string server, TransportAddress local) =>
        new("turnutils_natdiscovery", what, "-L", $"{local.Host}", "-l", $"{local.Port}", server);

    private static bool Found(string output, string words) => output.Contains(words, StringComparison.Ordinal);

    [GeneratedRegex(@"UDP reflexive addr: (\S+)")]
    private static partial Regex MappedLine();
}
