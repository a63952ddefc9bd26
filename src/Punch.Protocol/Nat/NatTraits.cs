namespace Punch.Protocol.Nat;

/// <summary>What decides whether a path can be punched through a NAT or firewall.</summary>
/// <param name="Mapping">How it maps.</param>
/// <param name="Filtering">What it lets in.</param>
/// <param name="Allocation">Which ports it picks.</param>
public readonly record struct NatTraits(Mapping Mapping, Filtering Filtering, PortAllocation Allocation)
{
    /// <summary>Whether the address that a server sees is the one that a peer will see.</summary>
    public bool IsPredictable => Mapping is Mapping.None or Mapping.EndpointIndependent;

    /// <summary>Whether packets of a host come in that it was not sent to.</summary>
    public bool LetsAnybodyIn => Filtering is Filtering.None or Filtering.EndpointIndependent;

    /// <summary>Whether packets come in from any port of a host that was sent to.</summary>
    public bool LetsAnyPortIn => LetsAnybodyIn || Filtering == Filtering.AddressDependent;
}
