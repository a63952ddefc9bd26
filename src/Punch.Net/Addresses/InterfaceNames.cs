using Punch.Net.Unix;

namespace Punch.Net.Addresses;

/// <summary>The names of network interfaces, as they stand after the % of a link-local address.</summary>
public static class InterfaceNames
{
    /// <summary>The name of an interface; null if there is no interface of this number, or the system gives no name.</summary>
    public static string? Find(uint index) => OperatingSystem.IsWindows() ? null : LibC.InterfaceName(index);
}
