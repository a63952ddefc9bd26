using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Punch.Lab.Linux;

/// <summary>
/// A TUN device. Packets that the namespace sends through it can be read here, and packets written here arrive in the namespace.
/// </summary>
internal sealed class TunDevice : IDisposable
{
    /// <summary>The largest IPv4 packet; a larger one cannot exist, so nothing is ever fragmented.</summary>
    public const int Mtu = 65_535;

    private readonly SafeFileHandle _handle;

    private TunDevice(SafeFileHandle handle) => _handle = handle;

    /// <summary>The file descriptor, for poll only.</summary>
    public int Descriptor => (int)_handle.DangerousGetHandle();

    /// <summary>Makes the device in the calling thread's namespace. It is removed when this object is disposed.</summary>
    /// <exception cref="IOException">The system refused: no permission, or no <c>/dev/net/tun</c>.</exception>
    public static TunDevice Open(string name)
    {
        SafeFileHandle handle = Native.Open("/dev/net/tun", Native.ReadWrite | Native.NonBlocking | Native.CloseOnExec);
        if (handle.IsInvalid) { throw Native.Failure("open /dev/net/tun"); }

        Span<byte> request = stackalloc byte[InterfaceRequestSize];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..InterfaceNameSize]);
        BinaryPrimitives.WriteInt16LittleEndian(request[InterfaceNameSize..], TunWithoutPacketInformation);
        if (Native.Control(handle, SetInterface, ref MemoryMarshal.GetReference(request)) == 0) { return new TunDevice(handle); }

        handle.Dispose();
        throw Native.Failure("ioctl TUNSETIFF");
    }

    private const int InterfaceRequestSize = 40;
    private const int InterfaceNameSize = 16;
    private const short TunWithoutPacketInformation = 0x1001;
    private const nuint SetInterface = 0x4004_54CA;

    /// <summary>Reads the next packet; 0 if none waits.</summary>
    public int Read(Span<byte> buffer)
    {
        nint count = Native.Read(_handle, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
        return count > 0 ? (int)count : 0;
    }

    /// <summary>Writes a packet to the namespace; false if its queue is full or it is gone. That counts as loss.</summary>
    public bool TryWrite(ReadOnlySpan<byte> packet) =>
        Native.Write(_handle, in MemoryMarshal.GetReference(packet), (nuint)packet.Length) == packet.Length;

    public void Dispose() => _handle.Dispose();
}
