using Punch.Protocol;
using Punch.Serving.Tables;

namespace Punch.Serving.Limits;

/// <summary>
/// The name of a network in one 64-bit word. The name of a host is its IPv4 address, or the first 64 bits of its IPv6 address. The names of
/// larger networks follow from it. They begin with a tag of eight bits, which no global address begins with, followed by the bits of the
/// prefix.
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

    /// <summary>For a host: whether it has an IPv6 address.</summary>
    public bool IsV6 => Word >> V4Bits != V4Mark;

    /// <summary>
    /// For a host: its /24 of IPv4 or /56 of IPv6. One customer may have such a network and choose source addresses from it.
    /// </summary>
    public NetworkName Site => new(IsV6 ? SiteTagV6 | (Word >> 8) : (uint)(Word & uint.MaxValue) >> 8);

    /// <summary>For a host: its /16 of IPv4 or /48 of IPv6.</summary>
    public NetworkName Region => new(IsV6 ? RegionTagV6 | (Word >> 16) : RegionTagV4 | ((uint)(Word & uint.MaxValue) >> 16));

    /// <summary>For a host with IPv6: its /32, the smallest network of a provider.</summary>
    public NetworkName Provider => new(ProviderTagV6 | (Word >> 32));

    /// <summary>The IPv4 address or the /64 of IPv6: the network of one machine.</summary>
    public static NetworkName Of(in HostAddress host) => Of(AddressWords.Of(host));

    /// <summary>The same for an address in two words.</summary>
    public static NetworkName Of(in AddressWords host) =>
        new(host.High == 0 && host.Low >> V4Bits == V4Mark ? host.Low : host.High);
}
