using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Protocol.Discovery;

namespace Punch.Lab.Nat;

/// <summary>What coturn's tools printed about one kind of network.</summary>
/// <param name="PublicHost">The client's public address.</param>
/// <param name="Discoveries">Of <c>turnutils_natdiscovery</c>, by the servers that have two addresses.</param>
/// <param name="Asked">Of <c>turnutils_stunclient</c> with <c>punch serve</c>.</param>
internal sealed record CoturnAnswers(HostAddress PublicHost, IReadOnlyDictionary<NatServers, string> Discoveries, string Asked)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    /// <summary>Runs them all at once: they wait long where a filter is silent, and do not look at the ports.</summary>
    public static CoturnAnswers Ask(NatLab lab, NatKind kind)
    {
        HostAddress publicHost = lab.PublicHostOf(kind);
        HostAddress? local = kind.Truth!.Value.Mapping == MappingBehavior.None ? publicHost : null;
        NatServers[] servers = [.. NatServers.All.Where(each => each.Places == Places.TwoAddresses)];
        LabHost client = lab.ClientOf(kind);
        using LabProcess asking = client.Start(CoturnTools.Ask(NatServers.Punch.Addresses[0]));
        LabProcess[] discovering = [.. servers.Select(each => client.Start(CoturnTools.Discover(each.Addresses[0], local)))];
        try
        {
            string[] found = [.. discovering.Select(Finish)];
            return new CoturnAnswers(publicHost, servers.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second), Finish(asking));
        }
        finally
        {
            foreach (LabProcess each in discovering) { each.Dispose(); }
        }
    }

    private static string Finish(LabProcess process)
    {
        process.WaitForExit(Patience);
        return string.Join('\n', process.Output.Select(line => line.Text));
    }
}
