using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Punch.Net.Unix;

namespace Punch.Net;

/// <summary>
/// Buffers for several datagrams, with address and control messages, in the form that recvmmsg(2) and sendmmsg(2) need. The garbage
/// collector neither moves nor scans this memory. It is used again for each batch. A message may have the payloads of several in a row.
/// </summary>
internal sealed unsafe class MessageBatch
{
    private const int NameRoom = 32; // sockaddr_in6(28), aligned

    // Between two buffers. Without it the beginnings of large ones would compete for the same few lines of the processor's cache.
    private const int Padding = 192;

    private readonly BatchEntry[] _entries;
    private readonly BufferVector[] _vectors;
    private readonly byte[] _heads;
    private readonly byte[] _buffers;
    private readonly int _bufferRoom;

    /// <summary>Allocates the buffers.</summary>
    /// <param name="capacity">The number of datagrams.</param>
    /// <param name="bufferRoom">The longest datagram, in bytes.</param>
    public MessageBatch(int capacity, int bufferRoom)
    {
        _bufferRoom = bufferRoom;
        _entries = GC.AllocateArray<BatchEntry>(capacity, pinned: true);
        _vectors = GC.AllocateArray<BufferVector>(capacity, pinned: true);
        _heads = GC.AllocateArray<byte>(capacity * (NameRoom + ControlMessage.Room), pinned: true);

        // Not cleared: a page that nothing was received into takes no memory.
        _buffers = GC.AllocateUninitializedArray<byte>(capacity * (bufferRoom + Padding), pinned: true);
        for (int i = 0; i < capacity; i++) { Connect(i); }
    }

    /// <summary>The first entry, for a system call.</summary>
    public BatchEntry* Entries => (BatchEntry*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_entries));

    /// <summary>The buffer for the sockaddr of a datagram.</summary>
    public Span<byte> Name(int index) => _heads.AsSpan(index * (NameRoom + ControlMessage.Room), NameRoom);

    /// <summary>The buffer for the control messages of a datagram.</summary>
    public Span<byte> Control(int index) =>
        _heads.AsSpan((index * (NameRoom + ControlMessage.Room)) + NameRoom, ControlMessage.Room);

    /// <summary>The buffer for the payload of a datagram.</summary>
    public Span<byte> Buffer(int index) => _buffers.AsSpan(index * (_bufferRoom + Padding), _bufferRoom);

    /// <summary>The length of a received datagram in bytes, or a negative number if it was cut short.</summary>
    public int ReceivedLength(int index) =>
        (_entries[index].Header.Flags & LibC.CutShort) != 0 ? -1 : (int)_entries[index].Length;

    /// <summary>The control messages that came with a datagram.</summary>
    public ReadOnlySpan<byte> ReceivedControl(int index) => Control(index)[..(int)_entries[index].Header.ControlLength];

    /// <summary>Prepares an entry for a receive, with all its room.</summary>
    public void Prepare(int index) => Prepare(index, SocketAddressCodec.MaxLength, ControlMessage.Room);

    /// <summary>Prepares an entry for a send. The payload may belong to another entry.</summary>
    public void Prepare(int index, int payload, int nameLength, int controlLength)
    {
        ref MessageHeader header = ref _entries[index].Header;
        header.Vectors = Vector(payload);
        header.VectorCount = 1;
        Prepare(index, nameLength, controlLength);
    }

    /// <summary>Sets how many bytes of a payload are sent.</summary>
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

    private static byte* Pointer(Span<byte> pinned) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinned));
}
