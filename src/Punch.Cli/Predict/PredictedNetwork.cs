using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>One side of a prediction: a kind of network, or everything that a report leaves possible.</summary>
/// <param name="Name">The word on the command line.</param>
/// <param name="Candidates">The possible networks: one if it is known, none if nothing passes.</param>
internal sealed record PredictedNetwork(string Name, IReadOnlyList<PossibleNetwork> Candidates)
{
    /// <summary>Whether UDP does not pass.</summary>
    public bool IsBlocked => Candidates is [] or [{ Access.Outlet: not Outlet.Everything }, ..];
}

/// <summary>One possible network of a side.</summary>
/// <param name="Traits">The traits of its NAT.</param>
/// <param name="Access">The same network for the simulation.</param>
internal sealed record PossibleNetwork(NatTraits Traits, NatPreset Access);
