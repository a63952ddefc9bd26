using System.Buffers.Binary;
using System.Net.Sockets;
using Punch.Protocol;
using Punch.Protocol.Stun;

namespace Punch.Net.Streams;

/// <summary>Datagrams in frames on a stream of bytes: TCP, or TLS over it.</summary>
/// <param name="stream">The stream, which the pipe closes.</param>
/// <param name="local">The near end, with the transport.</param>
/// <param name="isTurn">Whether the far end is a TURN server: then a ChannelData message is a datagram as it is, with any channel.</param>
public sealed class FramedPipe(Stream stream, TransportAddress local, bool isTurn = false) : IMessagePipe
{
    /// <summary>A burst of datagrams goes out in one segment or record after the other, and any datagram fits.</summary>
    private const int WriteLength = StreamFraming.MaxFrame;

    private byte[] _held = new byte[4096];
    private int _start;
    private int _end;
    private readonly byte[] _written = new byte[WriteLength];
    private int _writtenLength;

    /// <inheritdoc/>
    public TransportAddress Local => local;

    /// <summary>The pipe of a connected socket, which it closes.</summary>
    public static FramedPipe Over(Socket socket)
    {
        socket.NoDelay = true;
        var stream = new NetworkStream(socket, ownsSocket: true);
        return new FramedPipe(stream, SocketEnds.Local(socket, Transport.Tcp));
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            ReadOnlyMemory<byte> held = _held.AsMemory(_start, _end - _start);
            StreamFrame frame = StreamFraming.Read(held.Span, out int whole, out Range payload);
            if (frame == StreamFrame.Broken || IsForeign(held.Span)) { throw Foreign(held.Span); }

            if (frame == StreamFrame.Whole) { return Take(whole, isTurn ? ..payload.End : payload, buffer.Span); }

            MakeRoom(whole);
            int count = await StreamErrors.Guard(Receive(cancellation)).ConfigureAwait(false);
            if (count == 0) { return _start == _end ? -1 : throw new StreamException("the connection ended within a message"); }

            _end += count;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlySpan<byte> datagram)
    {
        Span<byte> room = _written.AsSpan(_writtenLength);
        int length = isTurn ? WriteAsItIs(datagram, room) : StreamFraming.Write(datagram, StreamFraming.OwnChannel, room);
        _writtenLength += length;
        return length > 0;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await StreamErrors.Guard(Send(cancellation)).ConfigureAwait(false);
        _writtenLength = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    // A stream that was disposed of throws at the call, and not when it is waited for.
    private async ValueTask<int> Receive(CancellationToken cancellation) =>
        await stream.ReadAsync(_held.AsMemory(_end), cancellation).ConfigureAwait(false);

    private async ValueTask Send(CancellationToken cancellation) =>
        await stream.WriteAsync(_written.AsMemory(0, _writtenLength), cancellation).ConfigureAwait(false);

    // HTTP begins like ChannelData, on channel 0x4854.
    private bool IsForeign(ReadOnlySpan<byte> held) => isTurn
        ? held.StartsWith("HTTP"u8)
        : held.Length >= 4 && (held[0] & 0xC0) == 0x40 && BinaryPrimitives.ReadUInt16BigEndian(held) != StreamFraming.OwnChannel;

    private StreamException Foreign(ReadOnlySpan<byte> held)
    {
        string wanted = isTurn ? "TURN server" : "'punch serve'";
        return new StreamException(
            held.StartsWith("HTTP"u8) ? $"a web server answers, and no {wanted}: is this a captive portal?"
            : isTurn ? "the far end does not speak TURN"
            : "the far end does not speak punch's protocol");
    }

    // RFC 8656 §12.5: on a stream each message takes a multiple of four bytes.
    private static int WriteAsItIs(ReadOnlySpan<byte> datagram, Span<byte> room)
    {
        int length = (datagram.Length + 3) & ~3;
        if (length > room.Length) { return 0; }

        datagram.CopyTo(room);
        room[datagram.Length..length].Clear();
        return length;
    }

    private int Take(int whole, Range payload, Span<byte> buffer)
    {
        ReadOnlySpan<byte> datagram = _held.AsSpan(_start, whole)[payload];
        datagram.CopyTo(buffer);
        _start += whole;
        return datagram.Length;
    }

    /// <summary>Moves what is held to the beginning, and grows for a frame that is longer than any before: 64 KiB at most.</summary>
    private void MakeRoom(int whole)
    {
        int length = _end - _start;
        byte[] target = whole > _held.Length ? new byte[Math.Min(whole * 2, StreamFraming.MaxFrame)] : _held;
        _held.AsSpan(_start, length).CopyTo(target);
        (_held, _start, _end) = (target, 0, length);
    }
}
