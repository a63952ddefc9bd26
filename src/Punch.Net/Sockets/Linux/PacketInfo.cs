using System.Runtime.InteropServices;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// The control message that tells which local address a datagram was sent to, and that chooses the one an answer is sent from
/// (ip(7), IP_PKTINFO; ipv6(7), IPV6_PKTINFO).
/// <code>
/// in_pktinfo   interface(4) local address(4) destination in the header(4)
/// in6_pktinfo  destination(16) interface(4)
/// </code>
/// </summary>
internal static class PacketInfo
{
    private const int V4Length = 12;
    private const int V6Length = 20;
    private const int LocalV4At = 4;
    private const int DestinationV4At = 8;
    private const int InterfaceV6At = 16;

    // IPPROTO_IP, IP_PKTINFO; IPPROTO_IPV6, IPV6_PKTINFO
    private static readonly (int Level, int Type) V4 = (0, 8);
    private static readonly (int Level, int Type) V6 = (41, 50);

    /// <summary>Has each datagram come with it, or not.</summary>
    public static int Switch(int descriptor, bool isV6, bool isOn) =>
        LibC.SetOption(descriptor, isV6 ? SocketOption.PacketInfoV6 : SocketOption.PacketInfoV4, isOn ? 1 : 0);

    /// <summary>
    /// Reads the address that a datagram was sent to; false when it is no single host's: a broadcast or a multicast group.
    /// </summary>
    /// <param name="control">The control messages.</param>
    /// <param name="isV6">The socket's family.</param>
    /// <param name="local">The address.</param>
    public static bool TryRead(ReadOnlySpan<byte> control, bool isV6, out HostAddress local)
    {
        local = default;
        ReadOnlySpan<byte> info = ControlMessage.Data(control, isV6 ? V6 : V4, isV6 ? V6Length : V4Length);
        if (info.IsEmpty) { return false; }

        if (isV6)
        {
            local = SocketAddressCodec.ReadHost(info, MemoryMarshal.Read<uint>(info[InterfaceV6At..]));
            return !local.IsMulticast;
        }

        // The kernel names an address of its own for a broadcast: where the two differ, others were asked as well.
        local = HostAddress.FromBytes(info.Slice(LocalV4At, 4));
        return info.Slice(LocalV4At, 4).SequenceEqual(info.Slice(DestinationV4At, 4));
    }

    /// <summary>Writes the address to send from, and no interface: routing chooses that.</summary>
    /// <returns>Bytes of the control message.</returns>
    public static int Write(Span<byte> control, in HostAddress from)
    {
        int length = from.IsV6 ? V6Length : V4Length;
        Span<byte> info = ControlMessage.Begin(control, from.IsV6 ? V6 : V4, length);
        from.Write(info[(from.IsV6 ? 0 : LocalV4At)..]);
        return ControlMessage.Space(length);
    }
}
