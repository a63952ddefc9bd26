namespace Punch.Simulation;

/// <summary>A datagram under way: its number and its bytes, which its duplicates share.</summary>
internal sealed class Flight
{
    private byte[] _buffer = [];

    /// <summary>Numbers the datagrams of a network.</summary>
    public long Id { get; private set; }

    /// <summary>How many packets with these bytes are still under way.</summary>
    public int Copies { get; set; }

    /// <summary>Takes the bytes of another datagram in.</summary>
    /// <returns>The bytes, until the flight is used again.</returns>
    public ReadOnlyMemory<byte> Begin(long id, ReadOnlySpan<byte> payload)
    {
        (Id, Copies) = (id, 1);
        if (_buffer.Length < payload.Length) { _buffer = new byte[Math.Max(payload.Length, SmallestBuffer)]; }

        payload.CopyTo(_buffer);
        return _buffer.AsMemory(0, payload.Length);
    }

    /// <summary>Lets a large buffer go: a pool that keeps a few of them would hold megabytes for packets of a hundred bytes.</summary>
    public void Trim()
    {
        if (_buffer.Length > LargestKept) { _buffer = []; }
    }

    private const int SmallestBuffer = 128;
    private const int LargestKept = 2048;
}

/// <summary>Flights that have ended and are used again. Never more of them than packets were under way at a time.</summary>
internal sealed class FlightPool
{
    private readonly Stack<Flight> _idle = new();

    public Flight Take() => _idle.TryPop(out Flight? flight) ? flight : new Flight();

    /// <summary>One packet of a flight has ended; with the last, its bytes are free.</summary>
    public void Release(Flight flight)
    {
        if (--flight.Copies > 0) { return; }

        flight.Trim();
        _idle.Push(flight);
    }
}
