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
