using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Server.Sockets;

/// <summary>
/// Receives and sends up to 64 datagrams in a system call. On a wildcard, control messages carry the local address, so that the reply
/// leaves from it.
/// </summary>
internal sealed unsafe class LinuxBatchSocket : IBatchSocket
{
    private readonly BoundDescriptor _bound;
    private readonly bool _isV6;
    private readonly bool _isWildcard;
    private readonly MessageBatch _received = new(IBatchSocket.MaxBatch, IBatchSocket.MaxDatagram);
    private readonly AnswerQueue _queue;
    private int _used = IBatchSocket.MaxBatch;
    private long _receiveErrors;
    private SocketError _sendError;

    /// <summary>Binds a socket.</summary>
    /// <exception cref="SocketException">The system refused to open or bind it.</exception>
    public LinuxBatchSocket(TransportAddress local)
    {
        _isV6 = local.Host.IsV6;
        _isWildcard = local.Host.IsAny;
        _bound = new BoundDescriptor(local, IBatchSocket.LongestWait);
        Local = local with { Port = _bound.Port };
        // The server also works with a smaller buffer.
        _ = LibC.SetOption(_bound.Descriptor, SocketOption.ReceiveBuffer, IBatchSocket.ReceiveBufferLength);
        if (_isWildcard) { RequestPacketInfo(); }

        _queue = new AnswerQueue(_bound.Descriptor, local.Host);
    }

    public TransportAddress Local { get; }

    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    public SocketError LastReceiveError { get; private set; }

    public SocketError LastSendError => _sendError;

    public bool IsFull => _queue.IsFull;

    public Span<byte> Room => _queue.Room;

    /// <summary>The file descriptor of the socket.</summary>
    public int Descriptor => _bound.Descriptor;

    public int Receive()
    {
        for (int i = 0; i < _used; i++) { _received.Prepare(i); }

        int count = LibC.ReceiveBatch(_bound.Descriptor, _received.Entries, IBatchSocket.MaxBatch);
        _used = Math.Max(count, 0);
        if (count >= 0 || -count is Errno.Again or Errno.Interrupted) { return _used; }

        // The system lacks memory, for example. This passes, but asking again at once would not help.
        LastReceiveError = Errno.ToSocketError(-count);
        _receiveErrors++;
        Thread.Sleep(IBatchSocket.LongestWait);
        return 0;
    }

    public bool TryGet(int index, out TransportAddress from, out HostAddress local, out ReadOnlySpan<byte> payload)
    {
        local = Local.Host;
        payload = default;
        int length = _received.ReceivedLength(index);
        if (!SocketAddressCodec.TryRead(_received.Name(index), _isV6, out from) || length < 0) { return false; }

        if (_isWildcard && !PacketInfo.TryRead(_received.ReceivedControl(index), _isV6, out local)) { return false; }

        payload = _received.Buffer(index)[..length];
        return true;
    }

    public void Queue(in HostAddress from, in TransportAddress to, int length) => _queue.Add(from, to, length);

    public int Flush()
    {
        int refused = _queue.Flush();
        if (refused > 0) { _sendError = _queue.LastError; }

        return refused;
    }

    public bool TrySend(ReadOnlySpan<byte> datagram, HostAddress from, TransportAddress to)
    {
        Span<byte> name = stackalloc byte[SocketAddressCodec.MaxLength];
        Span<byte> control = stackalloc byte[ControlMessage.Room];
        int nameLength = BoundDescriptor.WriteSocketAddress(name, to);
        int controlLength = _isWildcard ? PacketInfo.Write(control, from) : 0;
        int result = LibC.SendMessage(_bound.Descriptor, datagram, name[..nameLength], control[..controlLength]);
        if (result < 0) { _sendError = Errno.ToSocketError(-result); }

        return result >= 0;
    }

    public void Dispose() => _bound.Dispose();

    private void RequestPacketInfo()
    {
        int result = PacketInfo.Switch(_bound.Descriptor, _isV6, isOn: true);
        if (result >= 0) { return; }

        Dispose();
        throw new SocketException((int)Errno.ToSocketError(-result));
    }
}
