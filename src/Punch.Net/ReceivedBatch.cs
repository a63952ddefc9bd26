using Punch.Protocol;

namespace Punch.Net;

/// <summary>
/// The result of a receive, with the buffers. A loop has one for all its sockets. Memory that nothing was received into costs nothing.
/// </summary>
internal sealed class ReceivedBatch
{
    /// <summary>The most messages of one receive.</summary>
    public const int Capacity = 8;

    /// <summary>
    /// Bytes of a buffer. The kernel hands over at most 64 datagrams together, and at most 64 KiB as far as is known. A smaller buffer
    /// would lose the rest.
    /// </summary>
    private const int Room = 128 << 10;

    private readonly ReceivedMessage[] _messages = new ReceivedMessage[Capacity];

    /// <summary>Creates an empty one.</summary>
    public ReceivedBatch()
        : this(Room)
    {
    }

    /// <summary>Creates one with buffers of the caller's choice, so that a test can have too small ones.</summary>
    internal ReceivedBatch(int room) => Messages = new MessageBatch(Capacity, room);

    /// <summary>The buffers.</summary>
    public MessageBatch Messages { get; }

    /// <summary>The number of messages.</summary>
    public int Count { get; private set; }

    /// <summary>Whether more may wait in the system.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>One of the messages.</summary>
    public ref readonly ReceivedMessage this[int index] => ref _messages[index];

    /// <summary>The bytes of a message, valid until the next receive.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => Messages.Buffer(_messages[index].Buffer)[.._messages[index].Length];

    /// <summary>The datagrams of a message, valid until the next receive.</summary>
    public Segments Datagrams(int index) => new(Bytes(index), _messages[index].SegmentSize);

    /// <summary>Forgets all messages, and prepares the buffers.</summary>
    public void Clear()
    {
        Count = 0;
        for (int i = 0; i < Capacity; i++) { Messages.Prepare(i); }
    }

    /// <summary>Adds a message that a socket put into one of the buffers.</summary>
    public void Add(in ReceivedMessage message) => _messages[Count++] = message;
}
