using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Nat;

/// <summary>What <c>turnutils_natdiscovery</c> printed by one server.</summary>
internal sealed record CoturnDiscovery(string Mapping, string Filtering);

/// <summary>What coturn's tools printed about one kind of network.</summary>
/// <param name="PublicHost">The client's public address.</param>
/// <param name="Discoveries">By the servers that have two addresses.</param>
/// <param name="Asked">Of <c>turnutils_stunclient</c> with <c>punch serve</c>.</param>
internal sealed record CoturnAnswers(HostAddress PublicHost, IReadOnlyDictionary<NatServers, CoturnDiscovery> Discoveries, string Asked)
{
    // Ports that no other tool is given: one that sent to a server before has a mapping, and a hole in the filter.
    private const ushort FirstPort = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>Runs them all at once: they wait long where a filter is silent, and do not look at the ports.</summary>
    public static CoturnAnswers Ask(NatLab lab, NatKind kind)
    {
        NatServers[] servers = [.. NatServers.All.Where(each => each.Places == Places.TwoAddresses)];
        LabHost client = lab.ClientOf(kind);
        var local = new TransportAddress(client.AddressTowards(HostAddress.Parse(NatServers.Punch.Addresses[0])), FirstPort);
        LabProcess[] processes = [.. servers.SelectMany(Commands).Select(client.Start)];
        try
        {
            string[] found = [.. processes.Select(Finish)];
            // Last, since it takes any port, which is then no new one to a report.
            using LabProcess asking = client.Start(CoturnTools.Ask(NatServers.Punch.Addresses[0]));
            return new CoturnAnswers(
                lab.PublicHostOf(kind),
                servers.Select((each, i) => (each, new CoturnDiscovery(found[2 * i], found[(2 * i) + 1]))).ToDictionary(),
                Finish(asking));
        }
        finally
        {
            foreach (LabProcess each in processes) { each.Dispose(); }
        }

        IEnumerable<LabCommand> Commands(NatServers each, int index) =>
        [
            CoturnTools.DiscoverMapping(each.Addresses[0], local with { Port = (ushort)(FirstPort + (2 * index)) }),
            CoturnTools.DiscoverFiltering(each.Addresses[0], local with { Port = (ushort)(FirstPort + (2 * index) + 1) }),
        ];
    }

    private static string Finish(LabProcess process)
    {
        process.WaitForExit(Patience);
        return string.Join('\n', process.Output.Select(line => line.Text));
    }
}
