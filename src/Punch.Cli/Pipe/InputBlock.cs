using Punch.Protocol.Channels;

namespace Punch.Cli.Pipe;

/// <summary>Bytes of one read, with room in front for an unfinished line of the block before.</summary>
internal sealed class InputBlock
{
    // The size of a pipe on Linux.
    private const int Size = 65_536;

    private readonly byte[] _bytes = new byte[IDataPath.MaxLength + Size];
    private int _start;
    private int _end;

    /// <summary>The bytes that were not used yet.</summary>
    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Reads bytes into the block. Returns their number.</summary>
    public int Fill(IByteSource source)
    {
        _start = IDataPath.MaxLength;
        _end = _start;
        int count = source.Read(_bytes.AsSpan(_start));
        _end = _start + count;
        return count;
    }

    /// <summary>Puts bytes in front of the others. They must be shorter than a datagram.</summary>
    public void Prepend(ReadOnlySpan<byte> bytes)
    {
        _start -= bytes.Length;
        bytes.CopyTo(_bytes.AsSpan(_start));
    }

    /// <summary>Marks bytes as used.</summary>
    public void Use(int count) => _start += count;
}
