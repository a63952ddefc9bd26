using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// Reads the control message of an entry of the error queue (ip(7), IP_RECVERR).
/// <code>
/// sock_extended_err  errno(4) origin(1) type(1) code(1) pad(1) info(4) data(4)
/// sockaddr           who sent the error
/// </code>
/// </summary>
internal static class IcmpControl
{
    private const int OriginAt = 4;
    private const int TypeAt = 5;
    private const int CodeAt = 6;
    private const int OffenderAt = 16;

    // IPPROTO_IP, IP_RECVERR; IPPROTO_IPV6, IPV6_RECVERR
    private static readonly (int Level, int Type) V4 = (0, 11);
    private static readonly (int Level, int Type) V6 = (41, 25);

    // SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6. The other origins are errors of this machine, which the send itself reported.
    private const byte OriginV4 = 2;
    private const byte OriginV6 = 3;

    /// <summary>Reads a report; false when the entry is no ICMP error.</summary>
    /// <param name="sentTo">The sockaddr of the datagram that the error is about.</param>
    /// <param name="control">The control messages.</param>
    /// <param name="isV6">The socket's family.</param>
    /// <param name="report">What the error said.</param>
    public static bool TryRead(ReadOnlySpan<byte> sentTo, ReadOnlySpan<byte> control, bool isV6, out IcmpReport report)
    {
        report = default;
        ReadOnlySpan<byte> error = ControlMessage.Data(control, isV6 ? V6 : V4, OffenderAt);
        if (error.IsEmpty || error[OriginAt] != (isV6 ? OriginV6 : OriginV4)) { return false; }

        (byte type, byte code) = (error[TypeAt], error[CodeAt]);
        bool hasTarget = SocketAddressCodec.TryRead(sentTo, isV6, out TransportAddress target);
        bool hasOffender = SocketAddressCodec.TryRead(error[OffenderAt..], isV6, out TransportAddress offender);
        report = new IcmpReport(
            isV6 ? KindV6(type, code) : KindV4(type, code),
            hasTarget ? target : null,
            hasOffender ? offender.Host : null,
            type,
            code);
        return true;
    }

    // RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1.
    private static IcmpKind KindV4(byte type, byte code) => (type, code) switch
    {
        (3, 0 or 5 or 6 or 8 or 11) => IcmpKind.NetworkUnreachable,
        (3, 1 or 7 or 12) => IcmpKind.HostUnreachable,
        (3, 3) => IcmpKind.PortUnreachable,
        (3, 4) => IcmpKind.TooBig,
        (3, 9 or 10 or 13) => IcmpKind.Prohibited,
        (11, 0) => IcmpKind.HopLimitExceeded,
        _ => IcmpKind.Other,
    };

    // RFC 4443 §3.
    private static IcmpKind KindV6(byte type, byte code) => (type, code) switch
    {
        (1, 0) => IcmpKind.NetworkUnreachable,
        (1, 1 or 5 or 6) => IcmpKind.Prohibited,
        (1, 3) => IcmpKind.HostUnreachable,
        (1, 4) => IcmpKind.PortUnreachable,
        (2, _) => IcmpKind.TooBig,
        (3, 0) => IcmpKind.HopLimitExceeded,
        _ => IcmpKind.Other,
    };
}
