using System.Numerics;
using System.Runtime.InteropServices;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Net.Addresses;

/// <summary>
/// Lists the interfaces by a system call. The runtime's own list reads a dozen files for each interface. That takes longer than everything
/// else before the first datagram.
/// </summary>
internal static unsafe class InterfaceList
{
    private const uint Up = 0x1;
    private const uint Loopback = 0x8;
    private const uint Running = 0x40;

    // sockaddr_in6: family(2) + port(2) + flow information(4), then the address and the scope
    private const int V6AddressOffset = 8;
    private const int V6ScopeOffset = 24;

    // sockaddr_in: family(2) + port(2), then the address
    private const int V4AddressOffset = 4;

    /// <summary>Every address of every interface; false if the system does not list them.</summary>
    public static bool TryRead(List<InterfaceAddress> addresses)
    {
        InterfaceEntry* first;
        if (LibC.GetInterfaces(&first) < 0) { return false; }

        try
        {
            for (InterfaceEntry* each = first; each is not null; each = each->Next)
            {
                if (TryRead(each, out InterfaceAddress address)) { addresses.Add(address); }
            }

            return true;
        }
        finally
        {
            LibC.FreeInterfaces(first);
        }
    }

    private static bool TryRead(InterfaceEntry* entry, out InterfaceAddress read)
    {
        read = default;
        if (entry->Address is null || entry->Netmask is null) { return false; }

        ushort family = *(ushort*)entry->Address;
        bool isV6 = family == LibC.Family(isV6: true);
        if (!isV6 && family != LibC.Family(isV6: false)) { return false; }

        int offset = isV6 ? V6AddressOffset : V4AddressOffset;
        int length = isV6 ? 16 : 4;
        uint scope = isV6 ? *(uint*)(entry->Address + V6ScopeOffset) : 0;
        var address = HostAddress.FromBytes(new ReadOnlySpan<byte>(entry->Address + offset, length), scope);
        int prefix = PrefixLength(new ReadOnlySpan<byte>(entry->Netmask + offset, length));
        bool isUp = (entry->Flags & (Up | Running)) == (Up | Running);
        string name = Marshal.PtrToStringUTF8((nint)entry->Name) ?? "";
        read = new InterfaceAddress(new LocalAddress(address, prefix), isUp, (entry->Flags & Loopback) != 0, name);
        return true;
    }

    private static int PrefixLength(ReadOnlySpan<byte> netmask)
    {
        int bits = 0;
        foreach (byte each in netmask) { bits += BitOperations.PopCount(each); }

        return bits;
    }
}
