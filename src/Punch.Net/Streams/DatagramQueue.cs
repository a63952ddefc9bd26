using System.Buffers.Binary;

namespace Punch.Net.Streams;

/// <summary>A bounded queue of datagrams in one ring of bytes, between two threads.</summary>
/// <param name="capacity">The size of the ring in bytes; each datagram takes two more than its length.</param>
internal sealed class DatagramQueue(int capacity)
{
    private const int HeadLength = 2;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[capacity];
    private readonly TaskSignal _added = new();
    private readonly TaskSignal _taken = new();
    private int _first;
    private int _used;
    private bool _isComplete;

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock) { return _used == 0; }
        }
    }

    /// <summary>Whether nothing is in it, and nothing more will come.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_lock) { return _isComplete && _used == 0; }
        }
    }

    /// <summary>Adds a datagram; false if there is no room, or no more may come.</summary>
    public bool TryAdd(ReadOnlySpan<byte> datagram)
    {
        lock (_lock)
        {
            if (_isComplete || datagram.Length > ushort.MaxValue || HeadLength + datagram.Length > _ring.Length - _used) { return false; }

            Span<byte> head = stackalloc byte[HeadLength];
            BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)datagram.Length);
            Append(head);
            Append(datagram);
        }

        _added.Set();
        return true;
    }

    /// <summary>Takes the oldest datagram; false if there is none. The buffer must hold any datagram of this queue.</summary>
    public bool TryTake(Span<byte> buffer, out int length)
    {
        lock (_lock)
        {
            length = 0;
            if (_used == 0) { return false; }

            Span<byte> head = stackalloc byte[HeadLength];
            Remove(head);
            length = BinaryPrimitives.ReadUInt16BigEndian(head);
            Remove(buffer[..length]);
        }

        _taken.Set();
        return true;
    }

    /// <summary>Lets nothing more in.</summary>
    public void Complete()
    {
        lock (_lock) { _isComplete = true; }

        _added.Set();
    }

    /// <summary>Waits until something was added since the last wait, or the queue was completed.</summary>
    public Task AwaitAdded(CancellationToken cancellation) => _added.Wait(cancellation);

    /// <summary>Waits until something was taken since the last wait.</summary>
    public Task AwaitTaken(CancellationToken cancellation) => _taken.Wait(cancellation);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int at = (_first + _used) % _ring.Length;
        int before = Math.Min(bytes.Length, _ring.Length - at);
        bytes[..before].CopyTo(_ring.AsSpan(at));
        bytes[before..].CopyTo(_ring);
        _used += bytes.Length;
    }

    private void Remove(Span<byte> bytes)
    {
        int before = Math.Min(bytes.Length, _ring.Length - _first);
        _ring.AsSpan(_first, before).CopyTo(bytes);
        _ring.AsSpan(0, bytes.Length - before).CopyTo(bytes[before..]);
        _first = (_first + bytes.Length) % _ring.Length;
        _used -= bytes.Length;
    }
}
