using System.Buffers.Binary;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Wire;

/// <summary>Why bytes are not a packet that the lab forwards.</summary>
internal enum PacketError
{
    None,
    Truncated,
    NotIp,
    OtherProtocol,
    Fragment,
    BadChecksum,
}

/// <summary>
/// UDP and TCP in IPv4 (RFC 791) and IPv6 (RFC 8200) to and from <see cref="Packet"/>. Options of IP, extension headers and the traffic class
/// are not kept.
/// <code>
/// IPv4  0: version 4 | header length  1: class  2: total length  4: id  6: flags, offset  8: TTL  9: protocol  10: checksum  12: source  16: destination
/// IPv6  0: version 6 | class | flow   4: payload length  6: next header  7: hop limit  8: source  24: destination
/// UDP   0: source port  2: destination port  4: length  6: checksum
/// TCP   0: source port  2: destination port  4: all else  16: checksum
/// </code>
/// </summary>
internal static class PacketCodec
{
    /// <summary>The most bytes that <see cref="Write"/> puts before a payload.</summary>
    public const int MaxOverhead = V6HeaderSize + UdpHeaderSize;

    internal const int V4HeaderSize = 20;
    internal const int UdpHeaderSize = 8;
    private const int V6HeaderSize = 40;
    private const int PortsSize = 4;
    private const int TcpHeaderSize = 20;
    private const int TcpChecksumAt = 16;
    private const byte Tcp = 6;
    private const byte Udp = 17;

    /// <summary>Reads one IP packet. The payload is copied.</summary>
    public static PacketError Parse(ReadOnlySpan<byte> bytes, out Packet packet)
    {
        packet = default;
        if (bytes.IsEmpty) { return PacketError.Truncated; }

        return (bytes[0] >> 4) switch
        {
            4 => ParseV4(bytes, out packet),
            6 => ParseV6(bytes, out packet),
            _ => PacketError.NotIp,
        };
    }

    /// <summary>Writes the packet with right lengths and checksums and returns its size.</summary>
    /// <exception cref="ArgumentException">The addresses are of two families, or the payload does not fit.</exception>
    public static int Write(in Packet packet, Span<byte> destination)
    {
        if (packet.Source.Host.IsV6 != packet.Destination.Host.IsV6) { throw new ArgumentException("the addresses are of two families", nameof(packet)); }

        int header = packet.Source.Host.IsV6 ? V6HeaderSize : V4HeaderSize;
        bool isTcp = packet.Source.Transport == Transport.Tcp;
        int length = (isTcp ? PortsSize : UdpHeaderSize) + packet.Payload.Length;
        if (header + length > Math.Min(destination.Length, Linux.TunDevice.Mtu)) { throw new ArgumentException("the payload does not fit", nameof(packet)); }

        Span<byte> bytes = destination[..(header + length)];
        if (packet.Source.Host.IsV6) { WriteV6Header(packet, bytes); }
        else { WriteV4Header(packet.Source.Host, packet.Destination.Host, packet.HopLimit, ProtocolOf(packet), bytes); }

        if (isTcp) { WriteTcp(packet, bytes[header..]); }
        else { WriteUdp(packet, bytes[header..]); }

        return bytes.Length;
    }

    private static byte ProtocolOf(in Packet packet) => packet.Source.Transport == Transport.Tcp ? Tcp : Udp;

    private static PacketError ParseV4(ReadOnlySpan<byte> bytes, out Packet packet)
    {
        packet = default;
        if (bytes.Length < V4HeaderSize) { return PacketError.Truncated; }

        int header = (bytes[0] & 0x0F) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (header < V4HeaderSize || total < header || total > bytes.Length) { return PacketError.Truncated; }

        InternetChecksum sum = default;
        sum.Add(bytes[..header]);
        if (sum.Value != 0) { return PacketError.BadChecksum; }

        if (bytes[9] is not (Udp or Tcp)) { return PacketError.OtherProtocol; }

        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & MoreFragmentsOrOffset) != 0;
        if (isFragment) { return PacketError.Fragment; }

        var ends = (HostAddress.FromBytes(bytes[12..16]), HostAddress.FromBytes(bytes[16..20]));
        return bytes[9] == Udp ? ParseUdp(bytes[header..total], ends, bytes[8], out packet) : ParseTcp(bytes[header..total], ends, bytes[8], out packet);
    }

    private const int MoreFragmentsOrOffset = 0x3FFF;

    private static PacketError ParseV6(ReadOnlySpan<byte> bytes, out Packet packet)
    {
        packet = default;
        if (bytes.Length < V6HeaderSize) { return PacketError.Truncated; }

        int total = V6HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (total > bytes.Length) { return PacketError.Truncated; }

        if (bytes[6] is not (Udp or Tcp)) { return PacketError.OtherProtocol; }

        var ends = (HostAddress.FromBytes(bytes[8..24]), HostAddress.FromBytes(bytes[24..40]));
        ReadOnlySpan<byte> rest = bytes[V6HeaderSize..total];
        return bytes[6] == Udp ? ParseUdp(rest, ends, bytes[7], out packet) : ParseTcp(rest, ends, bytes[7], out packet);
    }

    private static PacketError ParseTcp(
        ReadOnlySpan<byte> segment, (HostAddress Source, HostAddress Destination) ends, byte hopLimit, out Packet packet)
    {
        packet = default;
        if (segment.Length < TcpHeaderSize) { return PacketError.Truncated; }

        if (Checksum(segment, Tcp, ends.Source, ends.Destination) != 0) { return PacketError.BadChecksum; }

        packet = ToPacket(segment, ends, hopLimit, Transport.Tcp, segment[PortsSize..]);
        return PacketError.None;
    }

    private static PacketError ParseUdp(
        ReadOnlySpan<byte> bytes, (HostAddress Source, HostAddress Destination) ends, byte hopLimit, out Packet packet)
    {
        packet = default;
        if (bytes.Length < UdpHeaderSize) { return PacketError.Truncated; }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length < UdpHeaderSize || length > bytes.Length) { return PacketError.Truncated; }

        ReadOnlySpan<byte> datagram = bytes[..length];
        if (!HasRightChecksum(datagram, ends.Source, ends.Destination)) { return PacketError.BadChecksum; }

        packet = ToPacket(datagram, ends, hopLimit, Transport.Udp, datagram[UdpHeaderSize..]);
        return PacketError.None;
    }

    private static Packet ToPacket(
        ReadOnlySpan<byte> ports, (HostAddress Source, HostAddress Destination) ends, byte hopLimit, Transport transport, ReadOnlySpan<byte> payload)
    {
        var from = new TransportAddress(ends.Source, BinaryPrimitives.ReadUInt16BigEndian(ports), transport);
        var to = new TransportAddress(ends.Destination, BinaryPrimitives.ReadUInt16BigEndian(ports[2..]), transport);
        return new Packet(from, to, hopLimit, payload.ToArray());
    }

    /// <summary>Whether the checksum is right. 0 means "not computed" in IPv4 (RFC 768); in IPv6 it is wrong (RFC 8200 §8.1).</summary>
    private static bool HasRightChecksum(ReadOnlySpan<byte> datagram, HostAddress source, HostAddress destination)
    {
        bool isAbsent = BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) == 0;
        return isAbsent ? !source.IsV6 : Checksum(datagram, Udp, source, destination) == 0;
    }

    /// <summary>Writes the header of an IPv4 packet into the bytes of the whole packet.</summary>
    internal static void WriteV4Header(HostAddress source, HostAddress destination, byte hopLimit, byte protocol, Span<byte> bytes)
    {
        bytes[..V4HeaderSize].Clear();
        bytes[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], DoNotFragment);
        bytes[8] = hopLimit;
        bytes[9] = protocol;
        source.Write(bytes[12..]);
        destination.Write(bytes[16..]);
        InternetChecksum sum = default;
        sum.Add(bytes[..V4HeaderSize]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], sum.Value);
    }

    private const ushort DoNotFragment = 0x4000;

    private static void WriteV6Header(in Packet packet, Span<byte> bytes)
    {
        bytes[..V6HeaderSize].Clear();
        bytes[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(bytes.Length - V6HeaderSize));
        bytes[6] = ProtocolOf(packet);
        bytes[7] = packet.HopLimit;
        packet.Source.Host.Write(bytes[8..]);
        packet.Destination.Host.Write(bytes[24..]);
    }

    private static void WriteUdp(in Packet packet, Span<byte> datagram)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, packet.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], packet.Destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        datagram[6..UdpHeaderSize].Clear();
        packet.Payload.Span.CopyTo(datagram[UdpHeaderSize..]);
        ushort checksum = Checksum(datagram, Udp, packet.Source.Host, packet.Destination.Host);
        // RFC 768: a computed 0 is sent in its other form, because 0 means "not computed".
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static void WriteTcp(in Packet packet, Span<byte> segment)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, packet.Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], packet.Destination.Port);
        packet.Payload.Span.CopyTo(segment[PortsSize..]);
        segment.Slice(TcpChecksumAt, sizeof(ushort)).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(segment[TcpChecksumAt..], Checksum(segment, Tcp, packet.Source.Host, packet.Destination.Host));
    }

    private static ushort Checksum(ReadOnlySpan<byte> datagram, byte protocol, HostAddress source, HostAddress destination)
    {
        Span<byte> addresses = stackalloc byte[32];
        int count = source.Write(addresses);
        count += destination.Write(addresses[count..]);
        InternetChecksum sum = default;
        sum.Add(addresses[..count]);
        sum.Add(protocol);
        sum.Add((ushort)datagram.Length);
        sum.Add(datagram);
        return sum.Value;
    }
}
