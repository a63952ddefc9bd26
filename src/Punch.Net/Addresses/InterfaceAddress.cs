using System.Net.NetworkInformation;
using Punch.Protocol;
using Punch.Protocol.Candidates.Interfaces;

namespace Punch.Net.Addresses;

/// <summary>An address of this machine, with its interface.</summary>
/// <param name="Own">The address and its subnet.</param>
/// <param name="IsUp">Whether the interface is up and connected.</param>
/// <param name="IsLoopback">Whether it is the loopback interface.</param>
/// <param name="Interface">The name of the interface.</param>
internal readonly record struct InterfaceAddress(LocalAddress Own, bool IsUp, bool IsLoopback, string Interface)
{
    /// <summary>The address.</summary>
    public HostAddress Address => Own.Address;

    /// <summary>The addresses of this machine's interfaces.</summary>
    public static IReadOnlyList<InterfaceAddress> All()
    {
        var addresses = new List<InterfaceAddress>();
        if (OperatingSystem.IsLinux() && InterfaceList.TryRead(addresses)) { return addresses; }

        return Portable();
    }

    /// <summary>Sorts addresses into the order in which the peer gets them. Equal addresses keep their order.</summary>
    public static IReadOnlyList<InterfaceAddress> Order(IReadOnlyList<InterfaceAddress> addresses)
    {
        if (addresses.Count < 2) { return addresses; }

        var facts = new LinuxInterfaceFacts();
        Func<InterfaceAddress, InterfaceTraits> traits = OperatingSystem.IsLinux()
            ? each => facts.Of(each.Interface, each.IsUp)
            : PortableTraits();
        return [.. addresses.OrderBy(each => AddressOrder.Rank(each.Address, traits(each)))];
    }

    /// <summary>The same through the runtime, which works on every system.</summary>
    internal static IReadOnlyList<InterfaceAddress> Portable()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(Of)];
        }
        catch (NetworkInformationException)
        {
            // The interfaces cannot be listed, as in a sandbox. Then no address counts as near, and the caller uses its simpler ways.
            return [];
        }
    }

    private static IEnumerable<InterfaceAddress> Of(NetworkInterface each)
    {
        bool isLoopback = each.NetworkInterfaceType == NetworkInterfaceType.Loopback;
        bool isUp = isLoopback || each.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown;
        return each.GetIPProperties().UnicastAddresses.Select(
            own => new InterfaceAddress(
                new LocalAddress(HostAddress.FromIPAddress(own.Address), own.PrefixLength), isUp, isLoopback, each.Name));
    }

    private static Func<InterfaceAddress, InterfaceTraits> PortableTraits()
    {
        try
        {
            Dictionary<string, InterfaceTraits> known = NetworkInterface.GetAllNetworkInterfaces().DistinctBy(each => each.Name)
                .ToDictionary(each => each.Name, TraitsOf);
            return each => known.GetValueOrDefault(each.Interface);
        }
        catch (NetworkInformationException)
        {
            // No facts are known about them, so their order stays.
            return _ => default;
        }
    }

    private static InterfaceTraits TraitsOf(NetworkInterface each)
    {
        bool isPhysical = each.NetworkInterfaceType is NetworkInterfaceType.Ethernet or NetworkInterfaceType.Wireless80211;
        return new InterfaceTraits(
            each.GetIPProperties().GatewayAddresses.Count > 0,
            isPhysical ? InterfaceLink.Physical : InterfaceLink.Other,
            each.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown);
    }
}
