using Punch.Protocol.Nat;
using Punch.Simulation;

namespace Punch.Cli.Predict;

/// <summary>One side of a prediction: a kind of network, or all that a report leaves possible.</summary>
/// <param name="Name">The word it was named by.</param>
/// <param name="Candidates">What it may be; one when that is known, none when no UDP passes.</param>
internal sealed record Party(string Name, IReadOnlyList<Candidate> Candidates);

/// <summary>One thing a side may be.</summary>
/// <param name="Traits">What its NAT does.</param>
/// <param name="Access">The same for the simulation.</param>
internal sealed record Candidate(NatTraits Traits, NatPreset Access);
