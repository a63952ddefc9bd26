using System.Net.WebSockets;
using Punch.Protocol;

namespace Punch.Net.Streams;

/// <summary>Datagrams as the binary messages of a WebSocket.</summary>
/// <param name="socket">The WebSocket, which the pipe closes.</param>
/// <param name="local">The near end, with the transport.</param>
internal sealed class WebSocketPipe(WebSocket socket, TransportAddress local) : IMessagePipe
{
    private readonly byte[] _written = new byte[65_535];
    private int _writtenLength = -1;

    /// <inheritdoc/>
    public TransportAddress Local => local;

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part =
                await StreamErrors.Guard(Receive(buffer[length..], cancellation)).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) { return -1; }

            length += part.Count;
            if (part.MessageType != WebSocketMessageType.Binary) { throw new StreamException("a message of the far end is no datagram"); }

            if (part.EndOfMessage) { return length; }

            if (length == buffer.Length) { throw new StreamException("a message of the far end is too long"); }
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlySpan<byte> datagram)
    {
        if (_writtenLength >= 0) { return false; }

        datagram.CopyTo(_written);
        _writtenLength = datagram.Length;
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await StreamErrors.Guard(Send(_written.AsMemory(0, _writtenLength), cancellation)).ConfigureAwait(false);
        _writtenLength = -1;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    // A socket that was disposed of throws at the call, and not when it is waited for.
    private async ValueTask<ValueWebSocketReceiveResult> Receive(Memory<byte> buffer, CancellationToken cancellation) =>
        await socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);

    private async ValueTask Send(ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellation).ConfigureAwait(false);
}
