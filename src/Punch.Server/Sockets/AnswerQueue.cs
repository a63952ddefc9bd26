using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Server.Sockets;

/// <summary>
/// Replies that wait to be sent, many in a system call. Replies in a row to one client, of equal length, leave in one message. The kernel
/// cuts it into datagrams after the costly steps (routes, filters, queues), which then run once. A receiver sees no difference. A batch has
/// at most 64 pieces, the number that every kernel can cut (UDP_MAX_SEGMENTS). Relayed frames leave in the same way.
/// </summary>
internal sealed unsafe class AnswerQueue
{
    /// <summary>
    /// The longest reply that is always merged, in bytes. The kernel refuses pieces larger than the path's MTU. It accepts no path MTU
    /// below 552 (ip-sysctl, min_pmtu), of which 28 bytes are headers. IPv6 never has less than 1280.
    /// </summary>
    public const int MaxMerged = 512;

    /// <summary>The longest that is merged as long as the kernel cuts it: what an Ethernet carries over IPv4, headers aside.</summary>
    public const int MaxMergedFrame = 1472;

    // An IPv4 packet, less its headers; the kernel cuts after these are made.
    private const int MaxMessage = 65_507;

    // How many messages no long ones are merged in, after the kernel refused some: a path of a smaller MTU is no reason to stop for good.
    private const int MessagesApart = 1000;

    private readonly MessageBatch _batch = new(IBatchSocket.MaxBatch, IBatchSocket.MaxDatagram);
    private readonly int _descriptor;
    private readonly bool _isWildcard;
    private int _answers;
    private int _messages;
    private HostAddress _lastFrom;
    private TransportAddress _lastTo;
    private int _lastLength;
    private int _lastBytes;
    private int _apart;

    /// <param name="descriptor">The file descriptor of the socket.</param>
    /// <param name="local">The bound address. On a wildcard, each reply has its own local address.</param>
    public AnswerQueue(int descriptor, in HostAddress local)
    {
        _descriptor = descriptor;
        _isWildcard = local.IsAny;
        Merges = SegmentControl.IsUsable(descriptor);
    }

    /// <summary>Whether the kernel can cut messages, as far as is known.</summary>
    public bool Merges { get; private set; }

    /// <summary>The error of the last reply that the system refused.</summary>
    public SocketError LastError { get; private set; }

    /// <summary>Whether the queue is full.</summary>
    public bool IsFull => _answers == IBatchSocket.MaxBatch;

    /// <summary>The buffer for the next reply. Use it only if the queue is not full.</summary>
    public Span<byte> Room => _batch.Buffer(_answers);

    /// <summary>Queues the reply in <see cref="Room"/>.</summary>
    public void Add(in HostAddress from, in TransportAddress to, int length)
    {
        _batch.SetLength(_answers, length);
        if (ContinuesLast(from, to, length)) { Merge(); }
        else { Begin(from, to, length); }

        _answers++;
    }

    /// <summary>Sends the queued replies.</summary>
    /// <returns>The number of replies that the system refused.</returns>
    public int Flush()
    {
        int refused = 0;
        for (int sent = 0; sent < _messages;)
        {
            int result = LibC.SendBatch(_descriptor, _batch.Entries + sent, _messages - sent);
            if (-result == Errno.Interrupted) { continue; }

            // The kernel refused the first of the remaining messages.
            refused += result > 0 ? 0 : SendApart(&_batch.Entries[sent].Header, -result);
            sent += Math.Max(result, 1);
        }

        (_answers, _messages) = (0, 0);
        return refused;
    }

    private bool ContinuesLast(in HostAddress from, in TransportAddress to, int length) =>
        Merges && _messages > 0 && length == _lastLength && length > 0 && length <= (_apart == 0 ? MaxMergedFrame : MaxMerged)
        && _lastBytes + length <= MaxMessage && to == _lastTo && from == _lastFrom;

    private void Begin(in HostAddress from, in TransportAddress to, int length)
    {
        (_lastFrom, _lastTo, _lastLength, _lastBytes) = (from, to, length, length);
        _apart = Math.Max(0, _apart - 1);
        int name = BoundDescriptor.WriteSocketAddress(_batch.Name(_messages), to);
        int control = _isWildcard ? PacketInfo.Write(_batch.Control(_messages), from) : 0;
        _batch.Prepare(_messages, _answers, name, control);
        _messages++;
    }

    private void Merge()
    {
        ref MessageHeader last = ref _batch.Entries[_messages - 1].Header;
        if (last.VectorCount == 1)
        {
            SegmentControl.Write(_batch.Control(_messages - 1)[(int)last.ControlLength..], _lastLength);
            last.ControlLength += (nuint)SegmentControl.Space;
        }

        last.VectorCount++;
        _lastBytes += _lastLength;
    }

    /// <summary>Sends the answers of a refused message one by one.</summary>
    /// <returns>The number of replies that the system refused.</returns>
    private int SendApart(MessageHeader* message, int error)
    {
        int count = (int)message->VectorCount;
        if (count == 1)
        {
            LastError = Errno.ToSocketError(error);
            return 1;
        }

        bool isLong = message->Vectors->Length > MaxMerged;
        message->ControlLength -= (nuint)SegmentControl.Space;
        message->VectorCount = 1;
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            refused += TrySend(message) ? 0 : 1;
            message->Vectors++;
        }

        // If the system takes the pieces singly but not merged, it would refuse every merged message: for instance, the interface has no
        // checksums in hardware.
        if (refused < count && isLong) { _apart = MessagesApart; }
        else { Merges &= refused == count; }

        return refused;
    }

    private bool TrySend(MessageHeader* message)
    {
        int result = LibC.SendMessage(_descriptor, message);
        if (result < 0) { LastError = Errno.ToSocketError(-result); }

        return result >= 0;
    }
}
