using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Punch.Net;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;

namespace Punch.Server.Sockets;

/// <summary>
/// Room for several datagrams, with address and control messages, in the form that recvmmsg(2) and sendmmsg(2) want: memory that the
/// garbage collector neither moves nor looks into, used again and again. Payloads lie in a row, so a message may have several.
/// </summary>
internal sealed unsafe class MessageBatch
{
    private const int NameRoom = 32; // sockaddr_in6(28), aligned
    private const int ControlRoom = PacketInfo.Room; // cmsghdr(16) + in6_pktinfo(20), aligned, and cmsghdr(16) + segment size(2), aligned

    private readonly BatchEntry[] _entries;
    private readonly BufferVector[] _vectors;
    private readonly byte[] _memory;
    private readonly int _bufferRoom;

    /// <summary>Allocates.</summary>
    /// <param name="capacity">Datagrams.</param>
    /// <param name="bufferRoom">The longest of them, in bytes.</param>
    public MessageBatch(int capacity, int bufferRoom)
    {
        _bufferRoom = bufferRoom;
        _entries = GC.AllocateArray<BatchEntry>(capacity, pinned: true);
        _vectors = GC.AllocateArray<BufferVector>(capacity, pinned: true);
        _memory = GC.AllocateArray<byte>(capacity * (NameRoom + ControlRoom + bufferRoom), pinned: true);
        for (int i = 0; i < capacity; i++) { Connect(i); }
    }

    /// <summary>The first of the entries, for a system call.</summary>
    public BatchEntry* Entries => (BatchEntry*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_entries));

    /// <summary>The sockaddr of a datagram.</summary>
    public Span<byte> Name(int index) => Memory(index, 0, NameRoom);

    /// <summary>The control messages of a datagram.</summary>
    public Span<byte> Control(int index) => Memory(index, NameRoom, ControlRoom);

    /// <summary>The payload of a datagram.</summary>
    public Span<byte> Buffer(int index) => Memory(index, NameRoom + ControlRoom, _bufferRoom);

    /// <summary>How much of it a received datagram takes, or a negative number when it was cut short.</summary>
    public int ReceivedLength(int index) =>
        (_entries[index].Header.Flags & LibC.CutShort) != 0 ? -1 : (int)_entries[index].Length;

    /// <summary>The control messages that came with a datagram.</summary>
    public ReadOnlySpan<byte> ReceivedControl(int index) => Control(index)[..(int)_entries[index].Header.ControlLength];

    /// <summary>Makes an entry ready to receive, with all its room.</summary>
    public void Prepare(int index) => Prepare(index, SocketAddressCodec.MaxLength, ControlRoom);

    /// <summary>Makes an entry ready to be sent, with a payload that need not be its own.</summary>
    public void Prepare(int index, int payload, int nameLength, int controlLength)
    {
        ref MessageHeader header = ref _entries[index].Header;
        header.Vectors = Vector(payload);
        header.VectorCount = 1;
        Prepare(index, nameLength, controlLength);
    }

    /// <summary>How much of a payload is to be sent.</summary>
    public void SetLength(int index, int length) => _vectors[index].Length = (nuint)length;

    private void Prepare(int index, int nameLength, int controlLength)
    {
        ref MessageHeader header = ref _entries[index].Header;
        header.NameLength = (uint)nameLength;
        header.ControlLength = (nuint)controlLength;
        header.Flags = 0;
    }

    private void Connect(int index)
    {
        _vectors[index] = new BufferVector { Base = Pointer(Buffer(index)), Length = (nuint)_bufferRoom };
        _entries[index].Header = new MessageHeader
        {
            Name = Pointer(Name(index)),
            Control = Pointer(Control(index)),
            Vectors = Vector(index),
            VectorCount = 1,
        };
    }

    private BufferVector* Vector(int index) => (BufferVector*)Unsafe.AsPointer(ref _vectors[index]);

    private Span<byte> Memory(int index, int offset, int length) =>
        _memory.AsSpan((index * (NameRoom + ControlRoom + _bufferRoom)) + offset, length);

    private static byte* Pointer(Span<byte> pinned) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
}
