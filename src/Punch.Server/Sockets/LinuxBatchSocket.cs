using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Server.Sockets;

/// <summary>
/// Receives and sends up to 64 messages in a system call. Each may be several datagrams of one client (UDP_GRO, UDP_SEGMENT). On a
/// wildcard, control messages carry the local address, so that the reply leaves from it.
/// </summary>
internal sealed unsafe class LinuxBatchSocket : IBatchSocket
{
    // The most that the kernel hands over together. Datagrams of this length are the longest, too.
    private const int MessageRoom = 65_536;
    private const int NoneRead = -1;

    private readonly BoundDescriptor _bound;
    private readonly bool _isV6;
    private readonly bool _isWildcard;
    private readonly MessageBatch _received = new(IBatchSocket.MaxBatch, MessageRoom);
    private readonly List<Place> _places = new(IBatchSocket.MaxBatch);
    private readonly AnswerQueue _queue;
    private int _used = IBatchSocket.MaxBatch;
    private int _read = NoneRead;
    private bool _isReadable;
    private TransportAddress _from;
    private HostAddress _local;
    private long _receiveErrors;
    private SocketError _sendError;

    /// <summary>Binds a socket.</summary>
    /// <exception cref="SocketException">The system refused to open or bind it.</exception>
    public LinuxBatchSocket(TransportAddress local)
        : this(local, sharesPort: false)
    {
    }

    private LinuxBatchSocket(TransportAddress local, bool sharesPort)
    {
        _isV6 = local.Host.IsV6;
        _isWildcard = local.Host.IsAny;
        _bound = new BoundDescriptor(local, IBatchSocket.LongestWait, sharesPort);
        Local = local with { Port = _bound.Port };
        // The server also works with a smaller buffer.
        _ = LibC.SetOption(_bound.Descriptor, SocketOption.ReceiveBuffer, IBatchSocket.ReceiveBufferLength);
        if (_isWildcard) { RequestPacketInfo(); }

        SegmentControl.SwitchReceive(_bound.Descriptor, isOn: true);
        _queue = new AnswerQueue(_bound.Descriptor, local.Host);
    }

    /// <summary>Where a datagram lies.</summary>
    private readonly record struct Place(int Message, int Start, int Length);

    public TransportAddress Local { get; }

    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    public SocketError LastReceiveError { get; private set; }

    public SocketError LastSendError => _sendError;

    public bool IsFull => _queue.IsFull;

    public Span<byte> Room => _queue.Room;

    /// <summary>The file descriptor of the socket.</summary>
    public int Descriptor => _bound.Descriptor;

    /// <summary>
    /// Binds more sockets to the same port. The kernel gives each client to one of them all, by its address and port, and always to the
    /// same one.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <returns>The sockets; fewer where the system refuses, as a sandbox may. This one then serves the rest.</returns>
    public IReadOnlyList<LinuxBatchSocket> BindTwins(int count)
    {
        var twins = new List<LinuxBatchSocket>(count);
        try
        {
            if (count > 0) { _bound.SharePort(); }

            while (twins.Count < count) { twins.Add(new LinuxBatchSocket(Local, sharesPort: true)); }
        }
        catch (SocketException)
        {
            // One socket serves all clients as well, if more slowly.
        }

        return twins;
    }

    public int Receive()
    {
        for (int i = 0; i < _used; i++) { _received.Prepare(i); }

        int count = LibC.ReceiveBatch(_bound.Descriptor, _received.Entries, IBatchSocket.MaxBatch);
        _used = Math.Max(count, 0);
        _read = NoneRead;
        _places.Clear();
        for (int i = 0; i < _used; i++) { Split(i); }

        if (count >= 0 || -count is Errno.Again or Errno.Interrupted) { return _places.Count; }

        // The system lacks memory, for example. This passes, but asking again at once would not help.
        LastReceiveError = Errno.ToSocketError(-count);
        _receiveErrors++;
        Thread.Sleep(IBatchSocket.LongestWait);
        return 0;
    }

    public bool TryGet(int index, out TransportAddress from, out HostAddress local, out ReadOnlySpan<byte> payload)
    {
        Place place = _places[index];
        if (place.Message != _read) { Read(place.Message); }

        (from, local) = (_from, _local);
        payload = _received.Buffer(place.Message).Slice(place.Start, place.Length);
        return _isReadable;
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

    /// <summary>Notes where the datagrams of a message are. One that was cut short counts as one that is empty.</summary>
    private void Split(int message)
    {
        int length = Math.Max(0, _received.ReceivedLength(message)), start = 0;
        int size = SegmentControl.Read(_received.ReceivedControl(message));
        foreach (ReadOnlySpan<byte> each in new Segments(_received.Buffer(message)[..length], size))
        {
            _places.Add(new Place(message, start, each.Length));
            start += each.Length;
        }
    }

    /// <summary>Reads what the datagrams of a message have in common.</summary>
    private void Read(int message)
    {
        _read = message;
        _local = Local.Host;
        _isReadable = SocketAddressCodec.TryRead(_received.Name(message), _isV6, out _from)
            && _received.ReceivedLength(message) >= 0
            && (!_isWildcard || PacketInfo.TryRead(_received.ReceivedControl(message), _isV6, out _local));
    }

    private void RequestPacketInfo()
    {
        int result = PacketInfo.Switch(_bound.Descriptor, _isV6, isOn: true);
        if (result >= 0) { return; }

        Dispose();
        throw new SocketException((int)Errno.ToSocketError(-result));
    }
}
