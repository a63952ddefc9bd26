using System.Buffers.Binary;
using Punch.Protocol;

namespace Punch.Serving.Limits;

/// <summary>
/// The name of a network in one word. That of a host is an IPv4 address, or 64 bits of IPv6, and has all that is needed to name the
/// networks around it. Those have a tag of eight bits in front, which no global address begins with, and the bits of their prefix.
/// </summary>
internal readonly record struct NetworkName(ulong Word)
{
    private const int TagAt = 56;
    private const ulong SiteTagV6 = 0x80UL << TagAt;
    private const ulong RegionTagV6 = 0x81UL << TagAt;
    private const ulong ProviderTagV6 = 0x82UL << TagAt;
    private const ulong RegionTagV4 = 0x01UL << TagAt;
    private const ulong V4Mark = 0xFFFF;
    private const int V4Bits = 32;

    /// <summary>From a host: whether it is one of IPv6.</summary>
    public bool IsV6 => Word >> V4Bits != V4Mark;

    /// <summary>From a host: the /24 of IPv4 or /56 of IPv6, as one customer may have it and choose source addresses from.</summary>
    public NetworkName Site => new(IsV6 ? SiteTagV6 | (Word >> 8) : (uint)(Word & uint.MaxValue) >> 8);

    /// <summary>From a host: the /16 of IPv4 or the /48 of IPv6.</summary>
    public NetworkName Region => new(IsV6 ? RegionTagV6 | (Word >> 16) : RegionTagV4 | ((uint)(Word & uint.MaxValue) >> 16));

    /// <summary>From a host of IPv6: the /32, the least that a provider gets.</summary>
    public NetworkName Provider => new(ProviderTagV6 | (Word >> 32));

    /// <summary>The address of IPv4 or the /64 of IPv6: what one machine has.</summary>
    public static NetworkName Of(in HostAddress host)
    {
        Span<byte> bytes = stackalloc byte[16];
        host.Write(bytes);
        return new NetworkName(
            host.IsV6 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : (V4Mark << V4Bits) | BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }
}
