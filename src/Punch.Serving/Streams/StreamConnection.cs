using Punch.Protocol;

namespace Punch.Serving.Streams;

/// <summary>An open connection: its client, the bytes of an incomplete message, and its deadlines.</summary>
internal sealed class StreamConnection(long number, int endpoint, TransportAddress client, Instant end)
{
    /// <summary>The longest message of a stream, in bytes. No request needs more.</summary>
    public const int MaxMessage = 2048;

    private readonly byte[] _bytes = new byte[MaxMessage];
    private int _held;

    /// <summary>The driver's number of the connection.</summary>
    public long Number => number;

    /// <summary>The number of the server's endpoint that it came to.</summary>
    public int Endpoint => endpoint;

    /// <summary>The address of the client.</summary>
    public TransportAddress Client => client;

    /// <summary>When it is closed at the latest.</summary>
    public Instant End => end;

    /// <summary>When it is closed if no request is answered before.</summary>
    public Instant Deadline { get; set; }

    /// <summary>The bytes that arrived and were not taken yet.</summary>
    public ReadOnlySpan<byte> Held => _bytes.AsSpan(0, _held);

    /// <summary>
    /// Takes as many bytes as there is room for. It takes at least one, because a message that fills the room is complete.
    /// </summary>
    /// <returns>The bytes that did not fit.</returns>
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
