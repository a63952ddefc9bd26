namespace Punch.Protocol.Nat;

/// <summary>
/// When a NAT reuses a mapping for another destination: RFC 4787 §4.1, RFC 5780 §4.3. From better to worse. A test from inside shows an
/// upper bound: a NAT may do worse at any time (RFC 5780 §4).
/// </summary>
public enum Mapping
{
    /// <summary>There is no NAT: the socket's local address is the public one.</summary>
    None,

    /// <summary>EIM: one mapping for every destination.</summary>
    EndpointIndependent,

    /// <summary>ADM: one mapping for each destination address.</summary>
    AddressDependent,

    /// <summary>APDM: one mapping for each destination address and port.</summary>
    AddressAndPortDependent,
}

/// <summary>Which inbound packets a NAT or firewall lets through: RFC 4787 §5, RFC 5780 §4.4. From better to worse.</summary>
public enum Filtering
{
    /// <summary>There is neither NAT nor filter.</summary>
    None,

    /// <summary>EIF: from any address, once the inside endpoint has sent anything.</summary>
    EndpointIndependent,

    /// <summary>ADF: from addresses that the inside endpoint has sent to.</summary>
    AddressDependent,

    /// <summary>APDF: from addresses and ports that the inside endpoint has sent to.</summary>
    AddressAndPortDependent,
}

/// <summary>Which outside port a NAT picks for a new mapping: RFC 4787 §4.2.</summary>
public enum PortAllocation
{
    /// <summary>The inside port if it is free, else another.</summary>
    Preserving,

    /// <summary>Ports in sequence, with a constant step.</summary>
    Sequential,

    /// <summary>A random one.</summary>
    Random,

    /// <summary>A random one from a small range, as carriers give to a customer (RFC 7422).</summary>
    Block,
}

/// <summary>The effect of an unsolicited packet to the NAT's outside address, before the inside has sent to its sender.</summary>
public enum EarlyPacket
{
    /// <summary>Nothing. It is forgotten, as by a firewall that drops or rejects it.</summary>
    Ignored,

    /// <summary>
    /// It blocks its port. A Linux router that accepts the packet for itself keeps it as a flow "peer to outside port" in conntrack. A
    /// later flow from inside that needs the same addresses and ports in reply gets another port. The peer's packets keep the bad entry
    /// alive.
    /// </summary>
    Held,
}

/// <summary>Whether a packet from inside to an outside address of the NAT comes back in: RFC 4787 §6.</summary>
public enum Hairpinning
{
    /// <summary>It does.</summary>
    Works,

    /// <summary>It does not.</summary>
    Missing,
}
