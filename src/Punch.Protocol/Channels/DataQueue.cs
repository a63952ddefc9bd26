namespace Punch.Protocol.Channels;

/// <summary>Data that waits to be sent. The memory is used again.</summary>
internal sealed class DataQueue
{
    /// <summary>The most datagrams: the number that a driver sends at once.</summary>
    public const int Capacity = 32;

    private readonly byte[] _bytes = new byte[Capacity * IDataPath.MaxLength];
    private readonly int[] _lengths = new int[Capacity];
    private int _first;

    /// <summary>The number of waiting datagrams.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>Adds a datagram. Call it only if the queue is not full.</summary>
    public void Enqueue(ReadOnlySpan<byte> payload)
    {
        int slot = (_first + Count) % Capacity;
        payload.CopyTo(_bytes.AsSpan(slot * IDataPath.MaxLength, IDataPath.MaxLength));
        _lengths[slot] = payload.Length;
        Count++;
    }

    /// <summary>Takes the oldest datagram. Call it only if there is one. The bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> Dequeue()
    {
        int slot = _first;
        _first = (_first + 1) % Capacity;
        Count--;
        return _bytes.AsSpan(slot * IDataPath.MaxLength, _lengths[slot]);
    }

    public void Clear() => Count = 0;
}
