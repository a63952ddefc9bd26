using Punch.Protocol;

namespace Punch.Net;

/// <summary>The meaning of an ICMP or ICMPv6 error, for both families.</summary>
public enum IcmpKind
{
    /// <summary>The system reported an error without its kind. Only Linux reports the kind.</summary>
    Unknown,

    /// <summary>The host answered that no program listens on that port.</summary>
    PortUnreachable,

    /// <summary>A router could not find the host.</summary>
    HostUnreachable,

    /// <summary>A router has no route to the network.</summary>
    NetworkUnreachable,

    /// <summary>A firewall rejected the datagram.</summary>
    Prohibited,

    /// <summary>The hop limit ran out on the way. That is the purpose of a prime.</summary>
    HopLimitExceeded,

    /// <summary>A router could not forward a datagram of that size.</summary>
    TooBig,

    /// <summary>Another ICMP error; see <see cref="IcmpReport.Type"/> and <see cref="IcmpReport.Code"/>.</summary>
    Other,
}

/// <summary>An ICMP error for a datagram of this program. Anyone can forge one, so it is a hint and never proof.</summary>
/// <param name="Kind">The kind of error.</param>
/// <param name="SentTo">The destination of the datagram; null if the system does not report it.</param>
/// <param name="By">The host or router that sent the error; null if the system does not report it.</param>
/// <param name="Type">The ICMP or ICMPv6 type; 0 for <see cref="IcmpKind.Unknown"/>.</param>
/// <param name="Code">The ICMP or ICMPv6 code; 0 for <see cref="IcmpKind.Unknown"/>.</param>
public readonly record struct IcmpReport(IcmpKind Kind, TransportAddress? SentTo, HostAddress? By, byte Type, byte Code)
{
    /// <summary>
    /// Whether the far end, or something in front of it, refused the datagram. A datagram that expired on the way was not refused.
    /// </summary>
    public bool IsRefusal => Kind is IcmpKind.Unknown or IcmpKind.PortUnreachable or IcmpKind.Prohibited;
}
