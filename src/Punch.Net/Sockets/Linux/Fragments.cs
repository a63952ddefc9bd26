using Punch.Net.Unix;

namespace Punch.Net.Sockets.Linux;

/// <summary>Whether datagrams that are too large for a link may be cut into fragments (ip(7), IP_MTU_DISCOVER).</summary>
internal static class Fragments
{
    // IP_PMTUDISC_DONT, IP_PMTUDISC_WANT, IP_PMTUDISC_PROBE
    private const int ByRouters = 0;
    private const int BySender = 1;
    private const int Never = 3;

    /// <summary>
    /// Sets the option. IPv6 has no fragments by routers. Where they are forbidden, the kernel also disregards what ICMP says of the path's
    /// MTU, since anybody can forge that.
    /// </summary>
    public static int Set(int descriptor, bool isV6, bool areAllowed) => isV6
        ? LibC.SetOption(descriptor, SocketOption.PathMtuDiscoveryV6, areAllowed ? BySender : Never)
        : LibC.SetOption(descriptor, SocketOption.PathMtuDiscoveryV4, areAllowed ? ByRouters : Never);
}
