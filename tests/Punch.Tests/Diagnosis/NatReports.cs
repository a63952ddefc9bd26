using Punch.Simulation;
using Punch.Tests.Discovery;

namespace Punch.Tests.Diagnosis;

/// <summary>Reports of simulated networks.</summary>
internal static class NatReports
{
    /// <summary>The report from a server with two addresses about a preset.</summary>
    public static NatReport Of(string name) => new DiscoveryRig(Find(name)) { TestsHairpin = true }.ServeTwoAddresses().Run(DiscoveryRig.A1P1);

    /// <summary>The report from a server with one address and two ports.</summary>
    public static NatReport Partial(string name) => new DiscoveryRig(Find(name)).Serve(DiscoveryRig.A1P1, DiscoveryRig.A1P2).Run(DiscoveryRig.A1P1);

    /// <summary>The report from a plain server.</summary>
    public static NatReport Plain(string name) => new DiscoveryRig(Find(name)).Serve(DiscoveryRig.A1P1).Run(DiscoveryRig.A1P1);

    /// <summary>The report of a silent network.</summary>
    public static NatReport Blocked() => new DiscoveryRig(NatPresets.Open).Run(DiscoveryRig.A1P1);

    /// <summary>The report with a server that refers to another one.</summary>
    public static NatReport Refused() => new DiscoveryRig(NatPresets.Open)
        .Serve([DiscoveryRig.A1P1], () => new OddServer(request => [OddServer.Error(request, StunErrorCode.TryAlternate, DiscoveryRig.B1P1)]))
        .Run(DiscoveryRig.A1P1);

    private static NatPreset Find(string name) =>
        AccessKinds.TryFind(name, out AccessKind kind) ? NatPresets.Of(kind) : throw new ArgumentException($"no preset {name}");
}
