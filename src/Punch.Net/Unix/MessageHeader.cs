using System.Runtime.InteropServices;

namespace Punch.Net.Unix;

/// <summary>msghdr of recvmsg(2): pointers to unmanaged or pinned memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public BufferVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary>mmsghdr of recvmmsg(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BatchEntry
{
    public MessageHeader Header;

    /// <summary>The number of bytes that were received or sent.</summary>
    public uint Length;
}

/// <summary>iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BufferVector
{
    public byte* Base;
    public nuint Length;
}
