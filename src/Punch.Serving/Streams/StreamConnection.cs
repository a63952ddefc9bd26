using Punch.Protocol;

namespace Punch.Serving.Streams;

/// <summary>
/// An open connection: who it is, what came of a message that is not whole yet, and until when it may go without an answer.
/// </summary>
internal sealed class StreamConnection(long number, int endpoint, TransportAddress client, Instant end)
{
    private readonly byte[] _bytes = new byte[StunFraming.MaxMessage];
    private int _held;

    /// <summary>The driver's number for it.</summary>
    public long Number => number;

    /// <summary>Which of the server's endpoints it came to.</summary>
    public int Endpoint => endpoint;

    /// <summary>Who it is.</summary>
    public TransportAddress Client => client;

    /// <summary>When it is closed in any case.</summary>
    public Instant End => end;

    /// <summary>When it is closed unless something is answered before.</summary>
    public Instant Deadline { get; set; }

    /// <summary>What came and was not taken yet.</summary>
    public ReadOnlySpan<byte> Held => _bytes.AsSpan(0, _held);

    /// <summary>Takes as many bytes as there is room for: at least one, since a message that fills the room is whole.</summary>
    /// <returns>The rest of them.</returns>
    public ReadOnlySpan<byte> Append(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _bytes.Length - _held);
        bytes[..count].CopyTo(_bytes.AsSpan(_held));
        _held += count;
        return bytes[count..];
    }

    /// <summary>Drops the first bytes, which were taken.</summary>
    public void Discard(int count)
    {
        _held -= count;
        _bytes.AsSpan(count, _held).CopyTo(_bytes);
    }
}
