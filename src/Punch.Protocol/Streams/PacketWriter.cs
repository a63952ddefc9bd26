namespace Punch.Protocol.Streams;

/// <summary>Writes frames into a packet: RFC 9000 §19. A frame that does not fit is not written.</summary>
/// <param name="packet">Room for the packet's body.</param>
internal ref struct PacketWriter(Span<byte> packet)
{
    // The number of those after the first has one byte.
    private const int MostRanges = 64;

    private const ulong FinBit = 0x01;
    private const ulong OffsetBit = 0x04;

    private readonly Span<byte> _packet = packet;

    /// <summary>The bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that are left.</summary>
    public readonly int Room => _packet.Length - Length;

    /// <summary>The bytes before the data of a stream frame that goes on to the end of the packet: kind(1), stream, offset.</summary>
    public static int HeadLength(ulong stream, ulong offset) => 1 + VarInt.LengthOf(stream) + (offset > 0 ? VarInt.LengthOf(offset) : 0);

    /// <summary>Writes a frame of numbers only; false if it does not fit.</summary>
    public bool TryWrite(FrameKind kind, scoped ReadOnlySpan<ulong> numbers)
    {
        int length = VarInt.LengthOf((ulong)kind);
        foreach (ulong number in numbers) { length += VarInt.LengthOf(number); }

        if (length > Room) { return false; }

        Put((ulong)kind);
        foreach (ulong number in numbers) { Put(number); }

        return true;
    }

    /// <summary>Writes a frame of numbers and bytes; false if it does not fit.</summary>
    public bool TryWrite(FrameKind kind, scoped ReadOnlySpan<ulong> numbers, scoped ReadOnlySpan<byte> data)
    {
        int length = data.Length + VarInt.LengthOf((ulong)data.Length);
        if (length > Room - ((1 + numbers.Length) * VarInt.MaxLength) || !TryWrite(kind, numbers)) { return false; }

        Put((ulong)data.Length);
        Put(data);
        return true;
    }

    /// <summary>Writes an acknowledgement with as many ranges as fit; false if not even one does.</summary>
    /// <param name="newestFirst">At least one range, the newest first.</param>
    /// <param name="delay">How long ago the newest packet came, in microseconds.</param>
    public bool TryWriteAck(scoped ReadOnlySpan<PacketRange> newestFirst, ulong delay)
    {
        PacketRange newest = newestFirst[0];
        int length = 1 + VarInt.LengthOf(newest.Largest) + VarInt.LengthOf(delay) + 1 + VarInt.LengthOf(newest.Largest - newest.Smallest);
        if (length > Room) { return false; }

        int count = 1;
        for (; count < Math.Min(newestFirst.Length, MostRanges); count++)
        {
            (ulong gap, ulong span) = Below(newestFirst, count);
            int more = VarInt.LengthOf(gap) + VarInt.LengthOf(span);
            if (length + more > Room) { break; }

            length += more;
        }

        Put((ulong)FrameKind.Ack);
        Put(newest.Largest);
        Put(delay);
        Put((ulong)(count - 1));
        Put(newest.Largest - newest.Smallest);
        for (int i = 1; i < count; i++)
        {
            (ulong gap, ulong span) = Below(newestFirst, i);
            Put(gap);
            Put(span);
        }

        return true;
    }

    /// <summary>
    /// Writes the head of a stream frame that goes on to the end of the packet. The caller then writes the data into <see cref="Take"/>.
    /// </summary>
    public void WriteStreamHead(ulong stream, ulong offset, bool isFin)
    {
        Put((ulong)FrameKind.Stream | (isFin ? FinBit : 0) | (offset > 0 ? OffsetBit : 0));
        Put(stream);
        if (offset > 0) { Put(offset); }
    }

    /// <summary>The bytes of a frame for a datagram of a flow.</summary>
    public static int DatagramLength(ulong flow, int length)
    {
        int inner = VarInt.LengthOf(flow) + length;
        return VarInt.LengthOf((ulong)FrameKind.Datagram) + VarInt.LengthOf((ulong)inner) + inner;
    }

    /// <summary>Writes the head of a frame for a datagram of a flow. The caller then writes the bytes into <see cref="Take"/>.</summary>
    public void WriteDatagramHead(ulong flow, int length)
    {
        Put((ulong)FrameKind.Datagram);
        Put((ulong)(VarInt.LengthOf(flow) + length));
        Put(flow);
    }

    /// <summary>Takes room for bytes, to be filled in.</summary>
    public Span<byte> Take(int length)
    {
        Length += length;
        return _packet[(Length - length)..Length];
    }

    /// <summary>Fills the packet up to a length.</summary>
    public void Pad(int length)
    {
        if (length > Length) { Take(length - Length).Clear(); }
    }

    private static (ulong Gap, ulong Span) Below(scoped ReadOnlySpan<PacketRange> ranges, int index) =>
        (ranges[index - 1].Smallest - ranges[index].Largest - 2, ranges[index].Largest - ranges[index].Smallest);

    private void Put(ulong value) => Length += VarInt.Write(value, _packet[Length..]);

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_packet[Length..]);
        Length += bytes.Length;
    }
}
