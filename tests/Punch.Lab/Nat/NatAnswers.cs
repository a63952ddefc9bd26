using Punch.Protocol;

namespace Punch.Lab.Nat;

/// <summary>All that was learned of one kind of network: a report with each set of servers, and what coturn's tools printed.</summary>
/// <param name="PublicHost">The client's public address.</param>
/// <param name="Reports">Of <c>punch nat</c>.</param>
/// <param name="Discoveries">Of <c>turnutils_natdiscovery</c>, by the servers that have two addresses; empty without coturn.</param>
/// <param name="Asked">Of <c>turnutils_stunclient</c> with <c>punch serve</c>; null without coturn.</param>
internal sealed record NatAnswers(
    HostAddress PublicHost,
    IReadOnlyDictionary<NatServers, NatRun> Reports,
    IReadOnlyDictionary<NatServers, string> Discoveries,
    string? Asked)
{
    /// <summary>Asks everything there is to ask, one after the other.</summary>
    public static NatAnswers Ask(NatLab lab, NatKind kind)
    {
        bool hasCoturn = Prerequisites.MissingForCoturn is null;
        bool hasTools = hasCoturn && kind.Truth is not null;
        NatServers[] sets = [.. NatServers.All.Where(servers => hasCoturn || !servers.NeedsCoturn)];
        return new NatAnswers(
            lab.PublicHostOf(kind),
            sets.ToDictionary(servers => servers, servers => lab.Run(kind, servers)),
            sets.Where(servers => hasTools && servers.Places == Places.TwoAddresses)
                .ToDictionary(servers => servers, servers => lab.RunTool(kind, CoturnTools.Discover(servers.Addresses[0]))),
            hasTools ? lab.RunTool(kind, CoturnTools.Ask(NatServers.Punch.Addresses[0])) : null);
    }
}
