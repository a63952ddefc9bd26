using System.Buffers.Binary;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Serving.Streams;

/// <summary>An open connection: its client, the bytes of an incomplete message, and its deadlines.</summary>
internal sealed class StreamConnection(long number, int endpoint, TransportAddress client, Instant end)
{
    /// <summary>The longest STUN message of a stream, in bytes. No request needs more.</summary>
    public const int MaxMessage = 2048;

    // header(4) and the longest datagram
    private const int MaxFrame = 4 + ServerMachine.MaxDatagram;

    private byte[] _bytes = new byte[MaxMessage];
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

    /// <summary>Looks at the first frame. One that is too long, or on another channel, is broken.</summary>
    public static StreamFrame Read(ReadOnlySpan<byte> held, out int length, out Range payload)
    {
        StreamFrame frame = StreamFraming.Read(held, out length, out payload);
        bool isChannel = !held.IsEmpty && held[0] >= StreamFraming.OwnChannel >> 8;
        bool isOther = isChannel && held.Length > 1 && BinaryPrimitives.ReadUInt16BigEndian(held) != StreamFraming.OwnChannel;
        return isOther || length > (isChannel ? MaxFrame : MaxMessage) ? StreamFrame.Broken : frame;
    }

    /// <summary>
    /// Takes as many bytes as there is room for. It takes at least one, because a message that fills the room is complete.
    /// </summary>
    /// <returns>The bytes that did not fit.</returns>
    public ReadOnlySpan<byte> Append(ReadOnlySpan<byte> bytes)
    {
        // Only a client that sends long frames needs a long buffer.
        if (_held + bytes.Length > _bytes.Length) { Array.Resize(ref _bytes, MaxFrame); }

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
