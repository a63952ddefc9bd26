using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>struct ifaddrs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InterfaceEntry
{
    /// <summary>The next one; null after the last.</summary>
    public InterfaceEntry* Next;

    /// <summary>The interface's name.</summary>
    public byte* Name;

    /// <summary>IFF_UP and the like.</summary>
    public uint Flags;

    /// <summary>A sockaddr, or null.</summary>
    public byte* Address;

    /// <summary>A sockaddr, or null.</summary>
    public byte* Netmask;

    /// <summary>A sockaddr, or null.</summary>
    public byte* Destination;

    /// <summary>What else there is to say for the family.</summary>
    public void* Data;
}
