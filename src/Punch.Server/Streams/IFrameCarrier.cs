namespace Punch.Server.Streams;

/// <summary>What carries the frames of a connection, once everything in front of them is done. One task reads, and one writes.</summary>
internal interface IFrameCarrier : IDisposable
{
    /// <summary>Reads bytes of frames, cut anywhere.</summary>
    /// <param name="frames">The buffer; it holds the longest frame.</param>
    /// <param name="cancellation">Breaks the connection.</param>
    /// <returns>The number of bytes; 0 at the end.</returns>
    ValueTask<int> ReadAsync(Memory<byte> frames, CancellationToken cancellation);

    /// <summary>Writes whole frames.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellation);
}

/// <summary>A byte stream, as it is: TCP or TLS.</summary>
/// <param name="stream">The stream.</param>
/// <param name="first">The bytes that were read from it already.</param>
internal sealed class ByteCarrier(Stream stream, ReadOnlyMemory<byte> first = default) : IFrameCarrier
{
    private ReadOnlyMemory<byte> _first = first;

    public async ValueTask<int> ReadAsync(Memory<byte> frames, CancellationToken cancellation)
    {
        if (_first.IsEmpty) { return await stream.ReadAsync(frames, cancellation).ConfigureAwait(false); }

        int count = Math.Min(_first.Length, frames.Length);
        _first[..count].CopyTo(frames);
        _first = count < _first.Length ? _first[count..] : default;
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellation) => stream.WriteAsync(frames, cancellation);

    public void Dispose() => stream.Dispose();
}
