using System.Net.WebSockets;
using Punch.Protocol.Stun;
using Punch.Serving;

namespace Punch.Server.Streams;

/// <summary>A WebSocket (RFC 6455). Each binary message is one datagram: it makes frames of messages, and messages of frames.</summary>
internal sealed class WebSocketCarrier(WebSocket socket) : IFrameCarrier
{
    private readonly byte[] _message = new byte[ServerMachine.MaxDatagram];

    public async ValueTask<int> ReadAsync(Memory<byte> frames, CancellationToken cancellation)
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_message.AsMemory(length), cancellation).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) { return 0; }

            length += part.Count;
            bool isTooLong = !part.EndOfMessage && length == _message.Length;
            if (isTooLong || part.MessageType == WebSocketMessageType.Text) { throw new IOException("no datagram is in the message"); }

            if (part.EndOfMessage) { return StreamFraming.Write(_message.AsSpan(0, length), StreamFraming.OwnChannel, frames.Span); }
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellation)
    {
        while (StreamFraming.Read(frames.Span, out int whole, out Range payload) == StreamFrame.Whole)
        {
            ReadOnlyMemory<byte> datagram = frames[payload];
            await socket.SendAsync(datagram, WebSocketMessageType.Binary, endOfMessage: true, cancellation).ConfigureAwait(false);
            frames = frames[whole..];
        }
    }

    public void Dispose() => socket.Dispose();
}
