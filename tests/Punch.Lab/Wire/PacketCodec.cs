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
    NotUdp,
    Fragment,
    BadChecksum,
}

/// <summary>
/// UDP in IPv4 (RFC 791) and IPv6 (RFC 8200) to and from <see cref="Packet"/>. Options, extension headers and the traffic class are not kept.
/// <code>
/// IPv4  0: version 4 | header length  1: class  2: total length  4: id  6: flags, offset  8: TTL  9: protocol  10: checksum  12: source  16: destination
/// IPv6  0: version 6 | class | flow   4: payload length  6: next header  7: hop limit  8: source  24: destination
/// UDP   0: source port  2: destination port  4: length  6: checksum
/// </code>
/// </summary>
internal static class PacketCodec
{
    /// <summary>The most bytes that <see cref="Write"/> puts before a payload.</summary>
    public const int MaxOverhead = V6HeaderSize + UdpHeaderSize;

    internal const int V4HeaderSize = 20;
    internal const int UdpHeaderSize = 8;
    private const int V6HeaderSize = 40;
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
        int udpLength = UdpHeaderSize + packet.Payload.Length;
        if (header + udpLength > Math.Min(destination.Length, Linux.TunDevice.Mtu)) { throw new ArgumentException("the payload does not fit", nameof(packet)); }

        Span<byte> bytes = destination[..(header + udpLength)];
        if (packet.Source.Host.IsV6) { WriteV6Header(packet, bytes); }
        else { WriteV4Header(packet.Source.Host, packet.Destination.Host, packet.HopLimit, Udp, bytes); }

        WriteUdp(packet, bytes[header..]);
        return bytes.Length;
    }

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

        if (bytes[9] != Udp) { return PacketError.NotUdp; }

        bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & MoreFragmentsOrOffset) != 0;
        if (isFragment) { return PacketError.Fragment; }

        var source = HostAddress.FromBytes(bytes[12..16]);
        return ParseUdp(bytes[header..total], source, HostAddress.FromBytes(bytes[16..20]), bytes[8], out packet);
    }

    private const int MoreFragmentsOrOffset = 0x3FFF;

    private static PacketError ParseV6(ReadOnlySpan<byte> bytes, out Packet packet)
    {
        packet = default;
        if (bytes.Length < V6HeaderSize) { return PacketError.Truncated; }

        int total = V6HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (total > bytes.Length) { return PacketError.Truncated; }

        if (bytes[6] != Udp) { return PacketError.NotUdp; }

        var source = HostAddress.FromBytes(bytes[8..24]);
        return ParseUdp(bytes[V6HeaderSize..total], source, HostAddress.FromBytes(bytes[24..40]), bytes[7], out packet);
    }

    private static PacketError ParseUdp(ReadOnlySpan<byte> bytes, HostAddress source, HostAddress destination, byte hopLimit, out Packet packet)
    {
        packet = default;
        if (bytes.Length < UdpHeaderSize) { return PacketError.Truncated; }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length < UdpHeaderSize || length > bytes.Length) { return PacketError.Truncated; }

        ReadOnlySpan<byte> datagram = bytes[..length];
        if (!HasRightChecksum(datagram, source, destination)) { return PacketError.BadChecksum; }

        var from = new TransportAddress(source, BinaryPrimitives.ReadUInt16BigEndian(datagram));
        var to = new TransportAddress(destination, BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]));
        packet = new Packet(from, to, hopLimit, datagram[UdpHeaderSize..].ToArray());
        return PacketError.None;
    }

    /// <summary>Whether the checksum is right. 0 means "not computed" in IPv4 (RFC 768); in IPv6 it is wrong (RFC 8200 §8.1).</summary>
    private static bool HasRightChecksum(ReadOnlySpan<byte> datagram, HostAddress source, HostAddress destination)
    {
        bool isAbsent = BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) == 0;
        return isAbsent ? !source.IsV6 : UdpChecksum(datagram, source, destination) == 0;
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
        bytes[6] = Udp;
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
        ushort checksum = UdpChecksum(datagram, packet.Source.Host, packet.Destination.Host);
        // RFC 768: a computed 0 is sent in its other form, because 0 means "not computed".
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], checksum == 0 ? ushort.MaxValue : checksum);
    }

    private static ushort UdpChecksum(ReadOnlySpan<byte> datagram, HostAddress source, HostAddress destination)
    {
        Span<byte> addresses = stackalloc byte[32];
        int count = source.Write(addresses);
        count += destination.Write(addresses[count..]);
        InternetChecksum sum = default;
        sum.Add(addresses[..count]);
        sum.Add(Udp);
        sum.Add((ushort)datagram.Length);
        sum.Add(datagram);
        return sum.Value;
    }
}
