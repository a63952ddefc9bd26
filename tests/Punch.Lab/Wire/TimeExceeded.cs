using System.Buffers.Binary;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Wire;

/// <summary>
/// The ICMP message with which a router tells the sender of an IPv4 packet that its hop limit ended there (RFC 792, RFC 1812 §5.3.1).
/// <code>
/// 0: IPv4 header   20: type 11  21: code 0  22: checksum  24: unused   28: IPv4 header of the packet  48: first 8 bytes of its UDP
/// </code>
/// </summary>
internal static class TimeExceeded
{
    /// <summary>The size of every such message.</summary>
    public const int Size = QuoteAt + PacketCodec.V4HeaderSize + PacketCodec.UdpHeaderSize;

    private const int IcmpAt = PacketCodec.V4HeaderSize;
    private const int QuoteAt = IcmpAt + 8;
    private const byte Icmp = 1;
    private const byte Type = 11;
    private const byte UsualHopLimit = 64;

    /// <summary>Writes the message to the packet's sender and returns its size.</summary>
    /// <param name="packet">The IPv4 packet as its sender knows it, with its original source.</param>
    /// <param name="by">The router.</param>
    /// <param name="destination">A buffer for the packet and the message.</param>
    public static int Write(in Packet packet, HostAddress by, Span<byte> destination)
    {
        _ = PacketCodec.Write(packet with { HopLimit = 1 }, destination[QuoteAt..]);
        Span<byte> bytes = destination[..Size];
        PacketCodec.WriteV4Header(by, packet.Source.Host, UsualHopLimit, Icmp, bytes);
        bytes[IcmpAt..QuoteAt].Clear();
        bytes[IcmpAt] = Type;
        InternetChecksum sum = default;
        sum.Add(bytes[IcmpAt..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(IcmpAt + 2)..], sum.Value);
        return Size;
    }
}
