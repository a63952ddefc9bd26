namespace Punch.Simulation;

/// <summary>When a NAT reuses a mapping for another destination (RFC 4787 §4.1).</summary>
public enum Mapping
{
    /// <summary>EIM: one mapping for every destination.</summary>
    EndpointIndependent,

    /// <summary>ADM: one mapping per destination address.</summary>
    AddressDependent,

    /// <summary>APDM: one mapping per destination address and port.</summary>
    AddressAndPortDependent,
}

/// <summary>Which inbound packets a NAT or firewall lets through (RFC 4787 §5).</summary>
public enum Filtering
{
    /// <summary>EIF: from anybody, once the inside endpoint has sent anything.</summary>
    EndpointIndependent,

    /// <summary>ADF: from addresses the inside endpoint has sent to.</summary>
    AddressDependent,

    /// <summary>APDF: from addresses and ports the inside endpoint has sent to.</summary>
    AddressAndPortDependent,
}

/// <summary>Which outside port a NAT picks for a new mapping (RFC 4787 §4.2).</summary>
public enum PortAllocation
{
    /// <summary>The inside port where it is free, else another.</summary>
    Preserving,

    /// <summary>The one after the last.</summary>
    Sequential,

    /// <summary>A random one.</summary>
    Random,
}

/// <summary>To whom a permission to send inwards belongs.</summary>
public enum FilterScope
{
    /// <summary>
    /// To the inside endpoint, as RFC 4787 §5 words it: what the endpoint sent through one mapping also lets packets in through its
    /// others. Only visible where the mapping depends on the destination.
    /// </summary>
    InsideEndpoint,

    /// <summary>To the one mapping that carried the packet, as in a NAT with a table of sessions such as Linux.</summary>
    Mapping,
}

/// <summary>Which direction of traffic keeps state alive (RFC 4787 §4.3).</summary>
public enum Refresh
{
    /// <summary>What goes out: all that REQ-6 guarantees.</summary>
    Outbound,

    /// <summary>What comes in as well, as Linux does.</summary>
    Bidirectional,
}

/// <summary>Which of several public addresses a new mapping gets (RFC 4787 §4.1).</summary>
public enum Pooling
{
    /// <summary>Always the same one for an inside host (REQ-2).</summary>
    Paired,

    /// <summary>Any, drawn for each mapping.</summary>
    Arbitrary,
}

/// <summary>Whether two mappings may have the same outside port at a time (RFC 4787 §4.2.1).</summary>
public enum PortSharing
{
    /// <summary>No (REQ-3).</summary>
    Exclusive,

    /// <summary>
    /// Yes, as long as they serve different destinations: "port overloading". With APDM and port preservation this is what Linux does,
    /// and why it looks like EIM until two flows want the same port towards the same destination.
    /// </summary>
    Overloaded,
}

/// <summary>What becomes of an unsolicited packet to the NAT's own outside address.</summary>
public enum EarlyPacket
{
    /// <summary>It is forgotten, as by a firewall that drops or rejects it.</summary>
    Ignored,

    /// <summary>
    /// The router accepts it for itself, so conntrack confirms it as a flow "peer to outside port". A later flow from inside that would
    /// need the same addresses and ports in reply is given another port, and the peer's packets keep the bad entry alive.
    /// </summary>
    Confirmed,
}
