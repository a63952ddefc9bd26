using System.Net.NetworkInformation;
using Punch.Protocol;
using Punch.Protocol.Candidates.Interfaces;

namespace Punch.Net.Addresses;

/// <summary>An address of this machine, and of what interface.</summary>
/// <param name="Own">The address and its subnet.</param>
/// <param name="IsUp">Whether the interface is switched on and connected.</param>
/// <param name="IsLoopback">Whether it is the interface on which the machine talks to itself.</param>
/// <param name="Interface">The interface's name.</param>
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

    /// <summary>Puts addresses into the order in which a peer is told of them; of equal ones the order stays.</summary>
    public static IReadOnlyList<InterfaceAddress> Order(IReadOnlyList<InterfaceAddress> addresses)
    {
        if (addresses.Count < 2) { return addresses; }

        var facts = new LinuxInterfaceFacts();
        Func<InterfaceAddress, InterfaceTraits> traits = OperatingSystem.IsLinux()
            ? each => facts.Of(each.Interface, each.IsUp)
            : PortableTraits();
        return [.. addresses.OrderBy(each => AddressOrder.Rank(each.Address, traits(each)))];
    }

    /// <summary>The same by means of the runtime, as every system has it.</summary>
    internal static IReadOnlyList<InterfaceAddress> Portable()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(Of)];
        }
        catch (NetworkInformationException)
        {
            // The interfaces cannot be listed (a sandbox): then nothing is known to be near, and the caller's plainer ways hold.
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
            // Nothing is known of any of them, so their order stays.
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
