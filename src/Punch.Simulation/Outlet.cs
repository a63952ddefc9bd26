namespace Punch.Simulation;

/// <summary>What a network lets its hosts send out. NATs and firewalls come on top.</summary>
public enum Outlet
{
    /// <summary>UDP and TCP to any port.</summary>
    Everything,

    /// <summary>TCP alone, to any port.</summary>
    NoUdp,

    /// <summary>TCP to port 443 alone.</summary>
    Only443,

    /// <summary>TCP to an HTTP proxy alone.</summary>
    OnlyProxy,
}
