using System.Net.NetworkInformation;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>An address of this machine, and of what interface.</summary>
/// <param name="Own">The address and its subnet.</param>
/// <param name="IsUp">Whether the interface is switched on and connected.</param>
/// <param name="IsLoopback">Whether it is the interface on which the machine talks to itself.</param>
internal readonly record struct InterfaceAddress(LocalAddress Own, bool IsUp, bool IsLoopback)
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
            own => new InterfaceAddress(new LocalAddress(HostAddress.FromIPAddress(own.Address), own.PrefixLength), isUp, isLoopback));
    }
}
