namespace Punch.Protocol.Channels;

/// <summary>Data that waits for its turn to be sent, in memory that is used again and again.</summary>
internal sealed class DataQueue
{
    /// <summary>How many datagrams it holds: what a driver sends at one go.</summary>
    public const int Capacity = 32;

    private readonly byte[] _bytes = new byte[Capacity * IDataPath.MaxLength];
    private readonly int[] _lengths = new int[Capacity];
    private int _first;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>Adds a datagram; only when not full.</summary>
    public void Enqueue(ReadOnlySpan<byte> payload)
    {
        int slot = (_first + Count) % Capacity;
        payload.CopyTo(_bytes.AsSpan(slot * IDataPath.MaxLength, IDataPath.MaxLength));
        _lengths[slot] = payload.Length;
        Count++;
    }

    /// <summary>Takes the oldest; only when there is one. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Dequeue()
    {
        int slot = _first;
        _first = (_first + 1) % Capacity;
        Count--;
        return _bytes.AsSpan(slot * IDataPath.MaxLength, _lengths[slot]);
    }

    public void Clear() => Count = 0;
}
