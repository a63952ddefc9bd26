namespace Punch.Protocol.Discovery;

/// <summary>How a NAT maps, as seen from inside: RFC 4787 §4.1, RFC 5780 §4.3. An upper bound: a NAT may do worse at any time (RFC 5780 §4).</summary>
public enum MappingBehavior
{
    /// <summary>It does not: the socket's own address is the public one.</summary>
    None,

    /// <summary>EIM: one mapping for every destination.</summary>
    EndpointIndependent,

    /// <summary>ADM: another mapping for another destination address.</summary>
    AddressDependent,

    /// <summary>APDM: another mapping for another destination address or port.</summary>
    AddressAndPortDependent,
}

/// <summary>What comes in through a NAT or firewall: RFC 4787 §5, RFC 5780 §4.4.</summary>
public enum FilteringBehavior
{
    /// <summary>There is neither NAT nor filter.</summary>
    None,

    /// <summary>EIF: packets from anybody.</summary>
    EndpointIndependent,

    /// <summary>ADF: packets from addresses that were sent to.</summary>
    AddressDependent,

    /// <summary>APDF: packets from addresses and ports that were sent to.</summary>
    AddressAndPortDependent,
}

/// <summary>How a NAT picks the outside port of a new mapping: RFC 4787 §4.2.</summary>
public enum AllocationBehavior
{
    /// <summary>The inside port, where it is free.</summary>
    Preserving,

    /// <summary>One after the other, in steps.</summary>
    Sequential,

    /// <summary>Any.</summary>
    Random,

    /// <summary>Any of a small range, as carriers give to a customer (RFC 7422).</summary>
    Block,
}

/// <summary>What a packet that comes too early, before the inside sent to its sender, does to a NAT.</summary>
public enum EarlyPacketBehavior
{
    /// <summary>Nothing.</summary>
    Ignored,

    /// <summary>It holds its port: what the inside sends to that sender later leaves from another one. Linux routers that accept packets to themselves.</summary>
    Held,
}

/// <summary>Whether a packet from inside to an outside address of the NAT comes back in: RFC 4787 §6.</summary>
public enum HairpinBehavior
{
    /// <summary>It does.</summary>
    Works,

    /// <summary>It does not.</summary>
    Missing,
}
