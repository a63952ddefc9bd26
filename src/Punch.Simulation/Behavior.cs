namespace Punch.Simulation;

/// <summary>The owner of a permission to send inwards.</summary>
public enum FilterScope
{
    /// <summary>
    /// The inside endpoint, as in RFC 4787 §5: what it sends through one mapping also lets packets in through its other mappings. Only
    /// visible if the mapping depends on the destination.
    /// </summary>
    InsideEndpoint,

    /// <summary>The one mapping that carried the packet, as in a NAT with a table of sessions, such as Linux.</summary>
    Mapping,
}

/// <summary>Which direction of traffic keeps state alive (RFC 4787 §4.3).</summary>
public enum Refresh
{
    /// <summary>Outbound packets only: all that REQ-6 guarantees.</summary>
    Outbound,

    /// <summary>Inbound packets as well, as with Linux.</summary>
    Bidirectional,
}

/// <summary>Which of several public addresses a new mapping gets (RFC 4787 §4.1).</summary>
public enum Pooling
{
    /// <summary>Always the same one for an inside host (REQ-2).</summary>
    Paired,

    /// <summary>A random one for each mapping.</summary>
    Arbitrary,
}

/// <summary>Whether two mappings may have the same outside port at the same time (RFC 4787 §4.2.1).</summary>
public enum PortSharing
{
    /// <summary>No (REQ-3).</summary>
    Exclusive,

    /// <summary>
    /// Yes, as long as they serve different destinations: "port overloading". With APDM and port preservation this is what Linux does. It
    /// looks like EIM until two flows want the same port towards the same destination.
    /// </summary>
    Overloaded,
}
