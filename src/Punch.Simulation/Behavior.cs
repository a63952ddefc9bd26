namespace Punch.Simulation;

/// <summary>Who holds a permission to send inwards.</summary>
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
