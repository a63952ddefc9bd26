namespace Punch.Protocol.Nat;

/// <summary>The behaviour of a NAT or firewall that decides whether a path can be punched through it.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Filtering">What it lets in.</param>
/// <param name="Allocation">How it picks ports.</param>
public readonly record struct NatTraits(Mapping Mapping, Filtering Filtering, PortAllocation Allocation)
{
    /// <summary>Whether a peer will see the same address as a server.</summary>
    public bool IsPredictable => Mapping is Mapping.None or Mapping.EndpointIndependent;

    /// <summary>Whether packets come in from a host that was not sent to.</summary>
    public bool LetsAnybodyIn => Filtering is Filtering.None or Filtering.EndpointIndependent;

    /// <summary>Whether packets come in from any port of a host that was sent to.</summary>
    public bool LetsAnyPortIn => LetsAnybodyIn || Filtering == Filtering.AddressDependent;
}
