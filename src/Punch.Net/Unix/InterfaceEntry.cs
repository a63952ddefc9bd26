using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>struct ifaddrs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InterfaceEntry
{
    /// <summary>The next entry; null after the last.</summary>
    public InterfaceEntry* Next;

    /// <summary>The interface's name.</summary>
    public byte* Name;

    /// <summary>Flags such as IFF_UP.</summary>
    public uint Flags;

    /// <summary>A sockaddr, or null.</summary>
    public byte* Address;

    /// <summary>A sockaddr, or null.</summary>
    public byte* Netmask;

    /// <summary>A sockaddr, or null.</summary>
    public byte* Destination;

    /// <summary>More data that depends on the family.</summary>
    public void* Data;
}
