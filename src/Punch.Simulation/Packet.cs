using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>A UDP datagram on a simulated wire, or a TCP segment: the transport of the addresses says which.</summary>
/// <param name="Source">The source, as seen at this point of the way.</param>
/// <param name="Destination">The destination, as seen at this point of the way.</param>
/// <param name="HopLimit">The hops that it may still take: TTL or hop limit.</param>
/// <param name="Payload">The UDP payload, or what follows the ports of a TCP segment.</param>
public readonly record struct Packet(TransportAddress Source, TransportAddress Destination, byte HopLimit, ReadOnlyMemory<byte> Payload)
{
    private const int UdpHeader = 8;
    private const int V4Header = 20;
    private const int V6Header = 40;
    private const int FragmentHeader = 8; // RFC 8200 §4.5
    private const int FragmentUnit = 8;   // RFC 791 §3.1, RFC 8200 §4.5: offsets count 8 bytes

    /// <summary>Whether no router, and not the host itself, may cut it: the DF flag of IPv4.</summary>
    public bool MustNotFragment { get; init; }

    /// <summary>The bytes of the whole IP packet.</summary>
    public int Size => IPHeader + UdpHeader + Payload.Length;

    /// <summary>The bytes that each fragment after the first adds.</summary>
    internal int FragmentOverhead => Destination.Host.IsV6 ? V6Header + FragmentHeader : V4Header;

    private int IPHeader => Destination.Host.IsV6 ? V6Header : V4Header;

    /// <summary>How many fragments of at most <paramref name="mtu"/> bytes it takes.</summary>
    internal int CountFragments(int mtu)
    {
        int each = (mtu - FragmentOverhead) / FragmentUnit * FragmentUnit;
        return (UdpHeader + Payload.Length + each - 1) / each;
    }
}
