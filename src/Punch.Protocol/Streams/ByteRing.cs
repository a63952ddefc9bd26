namespace Punch.Protocol.Streams;

/// <summary>
/// The bytes of a stream between two offsets, in a ring that grows in powers of two up to its owner's limit. Offsets are those of the
/// stream.
/// </summary>
internal sealed class ByteRing
{
    private const int Smallest = 1 << 12;

    private byte[] _bytes = [];

    /// <summary>The offset of the first byte that is kept.</summary>
    public ulong Start { get; private set; }

    /// <summary>The bytes that fit without growing.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Writes bytes at an offset. They may leave a gap. The caller limits how far they are from the start.</summary>
    public void Write(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) { return; }

        EnsureCapacity((int)(offset - Start) + bytes.Length);
        int position = PositionOf(offset);
        int first = Math.Min(bytes.Length, _bytes.Length - position);
        bytes[..first].CopyTo(_bytes.AsSpan(position));
        bytes[first..].CopyTo(_bytes);
    }

    /// <summary>Copies bytes from an offset. They must have been written.</summary>
    public void Read(ulong offset, Span<byte> destination)
    {
        if (destination.IsEmpty) { return; }

        int position = PositionOf(offset);
        int first = Math.Min(destination.Length, _bytes.Length - position);
        _bytes.AsSpan(position, first).CopyTo(destination);
        _bytes.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }

    /// <summary>The bytes from the start that are in one piece, at most this many.</summary>
    public ReadOnlySpan<byte> Front(int length)
    {
        if (_bytes.Length == 0) { return default; }

        int position = PositionOf(Start);
        return _bytes.AsSpan(position, Math.Min(length, _bytes.Length - position));
    }

    /// <summary>Forgets the bytes before an offset.</summary>
    public void Drop(ulong before) => Start = before;

    /// <summary>Gives the memory back. Nothing can be read any more.</summary>
    public void Free() => _bytes = [];

    private int PositionOf(ulong offset) => (int)(offset & (ulong)(_bytes.Length - 1));

    private void EnsureCapacity(int length)
    {
        if (length <= _bytes.Length) { return; }

        int size = Math.Max(Smallest, _bytes.Length);
        while (size < length) { size *= 2; }

        byte[] larger = new byte[size];
        int kept = _bytes.Length;
        for (int i = 0; i < kept;)
        {
            // The old ring, piece by piece, to where the new one has those offsets.
            ulong offset = Start + (ulong)i;
            int from = PositionOf(offset);
            int to = (int)(offset & (ulong)(size - 1));
            int run = Math.Min(kept - i, Math.Min(_bytes.Length - from, size - to));
            _bytes.AsSpan(from, run).CopyTo(larger.AsSpan(to));
            i += run;
        }

        _bytes = larger;
    }
}
