using Punch.Protocol;

namespace Punch.Net;

/// <summary>What an ICMP or ICMPv6 error said, across the two families.</summary>
public enum IcmpKind
{
    /// <summary>The system told of an error without saying which: everywhere but on Linux.</summary>
    Unknown,

    /// <summary>The host answered that nothing listens on that port.</summary>
    PortUnreachable,

    /// <summary>A router could not find the host.</summary>
    HostUnreachable,

    /// <summary>A router has no route to the network.</summary>
    NetworkUnreachable,

    /// <summary>A firewall said no.</summary>
    Prohibited,

    /// <summary>The hop limit ran out on the way, which is what a priming datagram is for.</summary>
    HopLimitExceeded,

    /// <summary>A router could not pass a datagram of that size on.</summary>
    TooBig,

    /// <summary>Another ICMP error; see <see cref="IcmpReport.Type"/> and <see cref="IcmpReport.Code"/>.</summary>
    Other,
}

/// <summary>An ICMP error that came back for a datagram of ours. Anybody can forge one, so it is a hint and never a verdict.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="SentTo">Where the datagram was sent; null where the system does not tell.</param>
/// <param name="By">The host or router that sent the error; null where the system does not tell.</param>
/// <param name="Type">The ICMP or ICMPv6 type; 0 for <see cref="IcmpKind.Unknown"/>.</param>
/// <param name="Code">The ICMP or ICMPv6 code; 0 for <see cref="IcmpKind.Unknown"/>.</param>
public readonly record struct IcmpReport(IcmpKind Kind, TransportAddress? SentTo, HostAddress? By, byte Type, byte Code)
{
    /// <summary>Whether the far end, or something in front of it, turned the datagram away, rather than it dying on the way.</summary>
    public bool IsRefusal => Kind is IcmpKind.Unknown or IcmpKind.PortUnreachable or IcmpKind.Prohibited;
}
