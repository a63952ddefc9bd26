using Punch.Net.Unix;

namespace Punch.Net.Addresses;

/// <summary>The names of network interfaces: what stands behind the % of a link-local address.</summary>
public static class InterfaceNames
{
    /// <summary>The name of an interface; null where there is none of this number, or the system names none.</summary>
    public static string? Find(uint index) => OperatingSystem.IsWindows() ? null : LibC.InterfaceName(index);
}
