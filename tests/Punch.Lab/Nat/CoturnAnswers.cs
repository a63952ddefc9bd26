using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Nat;

/// <summary>The output of coturn's tools for one kind of network, with <c>punch serve</c> at two addresses.</summary>
/// <param name="PublicHost">The client's public address.</param>
/// <param name="Mapping">The result of <c>turnutils_natdiscovery -m</c>.</param>
/// <param name="Filtering">The result of <c>turnutils_natdiscovery -f</c>.</param>
/// <param name="Asked">The result of <c>turnutils_stunclient</c>.</param>
internal sealed record CoturnAnswers(HostAddress PublicHost, string Mapping, string Filtering, string Asked)
{
    // Ports that no other tool gets. A port that has sent to a server before has a mapping, and a hole in the filter.
    private const ushort MappingPort = 20_000;
    private const ushort FilteringPort = 20_001;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>Runs all but the last at once.</summary>
    public static CoturnAnswers Ask(NatLab lab, NatKind kind)
    {
        string server = NatServers.Punch.Addresses[0];
        LabHost client = lab.ClientOf(kind);
        HostAddress local = client.AddressTowards(HostAddress.Parse(server));
        using LabProcess mapping = client.Start(CoturnTools.DiscoverMapping(server, new TransportAddress(local, MappingPort)));
        using LabProcess filtering = client.Start(CoturnTools.DiscoverFiltering(server, new TransportAddress(local, FilteringPort)));
        (string mapped, string filtered) = (Finish(mapping), Finish(filtering));

        // It takes any port, so that port is no longer fresh for a report.
        using LabProcess asking = client.Start(CoturnTools.Ask(server));
        return new CoturnAnswers(lab.PublicHostOf(kind), mapped, filtered, Finish(asking));
    }

    private static string Finish(LabProcess process)
    {
        process.WaitForExit(Patience);
        return string.Join('\n', process.Output.Select(line => line.Text));
    }
}
