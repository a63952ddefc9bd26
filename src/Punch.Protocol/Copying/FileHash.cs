using System.Security.Cryptography;

namespace Punch.Protocol.Copying;

/// <summary>The SHA-256 of a file, as far as it was read or written.</summary>
internal sealed class FileHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Reads bytes of a file.</summary>
    public delegate int Reader(Span<byte> buffer);

    /// <summary>How many bytes it covers.</summary>
    public long Length { get; private set; }

    /// <summary>The hash so far.</summary>
    public byte[] Current => _hash.GetCurrentHash();

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Reads on up to a length. Returns false if the file ends before.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    public bool ReadTo(long length, Reader read, byte[] buffer)
    {
        while (Length < length)
        {
            int count = read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - Length)));
            if (count <= 0) { return false; }

            Add(buffer.AsSpan(0, count));
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
