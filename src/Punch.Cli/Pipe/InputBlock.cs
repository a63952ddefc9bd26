using Punch.Protocol.Channels;

namespace Punch.Cli.Pipe;

/// <summary>Bytes that were read at one go, with room in front for the line that the block before left unfinished.</summary>
internal sealed class InputBlock
{
    // What a pipe holds on Linux.
    private const int Size = 65_536;

    private readonly byte[] _bytes = new byte[IDataPath.MaxLength + Size];
    private int _start;
    private int _end;

    /// <summary>What was not used yet.</summary>
    public ReadOnlySpan<byte> Rest => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Reads into it; the number of bytes.</summary>
    public int Fill(IByteSource source)
    {
        _start = IDataPath.MaxLength;
        _end = _start;
        int count = source.Read(_bytes.AsSpan(_start));
        _end = _start + count;
        return count;
    }

    /// <summary>Puts bytes in front: fewer than a datagram.</summary>
    public void Prepend(ReadOnlySpan<byte> bytes)
    {
        _start -= bytes.Length;
        bytes.CopyTo(_bytes.AsSpan(_start));
    }

    /// <summary>Counts bytes as used.</summary>
    public void Use(int count) => _start += count;
}
