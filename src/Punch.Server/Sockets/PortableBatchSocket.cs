using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets.Portable;
using Punch.Protocol;

namespace Punch.Server.Sockets;

/// <summary>
/// Receives and sends one datagram at a time with the runtime's <see cref="Socket"/>. That cannot choose the source address, so it is bound
/// to a single address. <see cref="LocalAddresses"/> lists the addresses.
/// </summary>
internal sealed class PortableBatchSocket : IBatchSocket
{
    private readonly PortableSocket _socket;
    private readonly Lock _sending = new();
    private readonly ReceivedBatch _received = new();
    private readonly byte[] _queued = new byte[IBatchSocket.MaxDatagram];
    private TransportAddress _to;
    private int _queuedLength = -1;

    /// <summary>Binds a socket.</summary>
    /// <param name="local">The address to bind; not a wildcard.</param>
    /// <exception cref="SocketException">The system refused to open or bind it.</exception>
    public PortableBatchSocket(TransportAddress local)
    {
        _socket = new PortableSocket(local);
        Local = local with { Port = _socket.Port };
        _socket.Socket.ReceiveBufferSize = IBatchSocket.ReceiveBufferLength;
    }

    public TransportAddress Local { get; }

    public long ReceiveErrors => _socket.ReceiveErrors;

    public SocketError LastReceiveError => _socket.LastReceiveError;

    public SocketError LastSendError { get; private set; }

    public bool IsFull => _queuedLength >= 0;

    public Span<byte> Room => _queued;

    public int Receive()
    {
        _socket.Receive(_received, IBatchSocket.LongestWait);
        return _received.Count;
    }

    public bool TryGet(int index, out TransportAddress from, out HostAddress local, out ReadOnlySpan<byte> payload)
    {
        from = _received[index].From;
        local = Local.Host;
        payload = _received.Bytes(index);
        return payload.Length <= IBatchSocket.MaxDatagram;
    }

    public void Queue(in HostAddress from, in TransportAddress to, int length) => (_to, _queuedLength) = (to, length);

    public int Flush()
    {
        if (_queuedLength < 0) { return 0; }

        bool isSent = TrySend(_queued.AsSpan(0, _queuedLength), Local.Host, _to);
        _queuedLength = -1;
        return isSent ? 0 : 1;
    }

    public bool TrySend(ReadOnlySpan<byte> datagram, HostAddress from, TransportAddress to)
    {
        lock (_sending)
        {
            SocketError error = _socket.Send(datagram, segmentSize: 0, to, source: default);
            if (error != SocketError.Success) { LastSendError = error; }

            return error == SocketError.Success;
        }
    }

    public void Dispose() => _socket.Dispose();
}
