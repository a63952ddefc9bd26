using System.Buffers;

namespace Punch.Simulation;

/// <summary>A datagram on its way: its number and its bytes. Its duplicates share the bytes.</summary>
internal sealed class Flight
{
    private byte[] _buffer = [];

    /// <summary>Numbers the datagrams of a network.</summary>
    public long Id { get; private set; }

    /// <summary>The number of packets on their way with these bytes.</summary>
    public int Copies { get; set; }

    /// <summary>Takes in the bytes of another datagram.</summary>
    /// <returns>The bytes, valid until the flight is used again.</returns>
    public ReadOnlyMemory<byte> Begin(long id, ReadOnlySpan<byte> payload)
    {
        (Id, Copies) = (id, 1);
        if (_buffer.Length < payload.Length) { _buffer = NewBuffer(payload.Length); }

        payload.CopyTo(_buffer);
        return _buffer.AsMemory(0, payload.Length);
    }

    /// <summary>Frees a large buffer. A pool that keeps a few large buffers would hold megabytes for packets of a hundred bytes.</summary>
    public void Trim()
    {
        if (_buffer.Length <= LargestKept) { return; }

        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static byte[] NewBuffer(int length) =>
        length <= LargestKept ? new byte[Math.Max(length, SmallestBuffer)] : ArrayPool<byte>.Shared.Rent(length);

    private const int SmallestBuffer = 128;
    private const int LargestKept = 2048;
}

/// <summary>Ended flights that are used again. Their number never exceeds the most packets that were on their way at a time.</summary>
internal sealed class FlightPool
{
    private readonly Stack<Flight> _idle = new();

    public Flight Take() => _idle.TryPop(out Flight? flight) ? flight : new Flight();

    /// <summary>Notes that one packet of a flight has ended. After the last one, its bytes are free.</summary>
    public void Release(Flight flight)
    {
        if (--flight.Copies > 0) { return; }

        flight.Trim();
        _idle.Push(flight);
    }
}
