using System.Net.Sockets;
using Punch.Net.Unix;
using Punch.Protocol;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// A socket by system calls. The runtime's <see cref="Socket"/> tells "nothing to receive" and "an ICMP error came back" by exceptions,
/// has no way to the error queue, and starts an epoll thread with the first socket of a process, which costs more than all else that
/// happens before the first datagram leaves.
/// </summary>
/// <remarks>
/// Ways to wait, on a ping-pong over loopback with both ends on one core: one blocking receive per datagram 150,000 swaps/s, recvfrom
/// and poll 125,000, poll and recvfrom 115,000, <see cref="Socket.Poll(int, SelectMode)"/> 98,000.
/// </remarks>
internal sealed class LinuxSocket : ISystemSocket, ISegmentCalls
{
    // Each try after the first needs another ICMP error to have come within a microsecond.
    private const int MaxTries = 4;

    private readonly BoundDescriptor _bound;
    private readonly IcmpQueue _icmp;
    private readonly bool _isV6;
    private readonly bool _isWildcard;
    private readonly byte[] _to;
    private readonly byte[] _control = new byte[ControlMessage.Room];
    private readonly SegmentedSend _segmented;
    private HostAddress _source;
    private long _receiveErrors;

    /// <summary>Binds.</summary>
    /// <exception cref="SocketException">The system refused.</exception>
    public LinuxSocket(TransportAddress local)
    {
        _isV6 = local.Host.IsV6;
        _isWildcard = local.Host.IsAny;
        _to = BoundDescriptor.SocketAddressOf(local);
        _bound = new BoundDescriptor(local, SystemWait.LongestBlock);
        _icmp = new IcmpQueue(Descriptor, _isV6);
        _segmented = new SegmentedSend(this);

        // Where a sandbox refuses it, the system chooses what to send from.
        if (_isWildcard) { _ = PacketInfo.Switch(Descriptor, _isV6, isOn: true); }

        SegmentControl.SwitchReceive(Descriptor, isOn: true);
        _ = LibC.SetOption(Descriptor, SocketOption.SendBuffer, ISystemSocket.SendBufferLength);

        // As much as can be had; less is no reason not to start.
        int forced = LibC.SetOption(Descriptor, SocketOption.ReceiveBufferForced, ISystemSocket.ReceiveBufferLength);
        if (forced < 0) { _ = LibC.SetOption(Descriptor, SocketOption.ReceiveBuffer, ISystemSocket.ReceiveBufferLength); }
    }

    /// <summary>The file descriptor.</summary>
    public int Descriptor => _bound.Descriptor;

    public ushort Port => _bound.Port;

    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    public SocketError LastReceiveError { get; private set; }

    public SocketError SetHopLimit(byte hopLimit)
    {
        const int SystemsOwn = -1;
        SocketOption option = _isV6 ? SocketOption.HopLimitV6 : SocketOption.HopLimitV4;
        int result = LibC.SetOption(Descriptor, option, hopLimit == 0 ? SystemsOwn : hopLimit);
        return result < 0 ? Errno.ToSocketError(-result) : SocketError.Success;
    }

    public SocketError SetFragments(bool areAllowed)
    {
        int result = Fragments.Set(Descriptor, _isV6, areAllowed);
        return result < 0 ? Errno.ToSocketError(-result) : SocketError.Success;
    }

    public bool CanCut() => SegmentControl.IsUsable(Descriptor);

    public SocketError Send(ReadOnlySpan<byte> bytes, int segmentSize, TransportAddress to, HostAddress source)
    {
        SocketAddressCodec.Write(_to, to);
        _source = source;
        int result = segmentSize == 0 ? TrySend(bytes, segmentSize) : _segmented.Send(bytes, segmentSize, to);
        return result >= 0 ? SocketError.Success : Errno.ToSocketError(-result);
    }

    public int TrySend(ReadOnlySpan<byte> bytes, int segmentSize)
    {
        int result = SendOnce(bytes, segmentSize);
        if (result >= 0) { return result; }

        // The kernel tells an ICMP error for an earlier datagram in this one's place, and by the same numbers as a failure to send
        // this one. It tells it once: a second try shows which it was, and saves the datagram.
        _icmp.MayHold = true;
        return SendOnce(bytes, segmentSize);
    }

    public void Receive(ReceivedBatch batch, TimeSpan wait)
    {
        if (wait >= SystemWait.LongestBlock)
        {
            TryReceive(batch, flags: 0);
            return;
        }

        if (TryReceive(batch, LibC.DontWait)) { return; }

        if (wait > TimeSpan.Zero && !Poll(wait)) { return; }

        if (wait > TimeSpan.Zero && TryReceive(batch, LibC.DontWait)) { return; }

        // Called readable, and nothing to receive: an error without a datagram, which would wake us again and again if left there.
        _icmp.MayHold = true;
    }

    public bool TryTakeIcmp(out IcmpReport report) => _icmp.TryTake(out report);

    public int Duplicate()
    {
        _ = SetHopLimit(0);
        _ = LibC.SetOption(Descriptor, _isV6 ? SocketOption.ReceiveErrorsV6 : SocketOption.ReceiveErrorsV4, 0);
        _ = PacketInfo.Switch(Descriptor, _isV6, isOn: false);
        SegmentControl.SwitchReceive(Descriptor, isOn: false);
        _ = LibC.SetReceiveTimeout(Descriptor, TimeSpan.Zero);
        return BoundDescriptor.Check(LibC.Duplicate(Descriptor));
    }

    public void Dispose() => _bound.Dispose();

    private int SendOnce(ReadOnlySpan<byte> bytes, int segmentSize)
    {
        bool isChosen = _isWildcard && !_source.IsAny && _source.IsV6 == _isV6;
        int control = isChosen ? PacketInfo.Write(_control, _source) : 0;
        if (segmentSize > 0)
        {
            SegmentControl.Write(_control.AsSpan(control), segmentSize);
            control += SegmentControl.Space;
        }

        return control == 0 ? LibC.SendTo(Descriptor, bytes, _to) : LibC.SendMessage(Descriptor, bytes, _to, _control.AsSpan(0, control));
    }

    private bool Poll(TimeSpan wait)
    {
        var polled = new PollFd(Descriptor);
        WaitCalls.Poll(new Span<PollFd>(ref polled), wait);
        return polled.Returned != 0;
    }

    private unsafe bool TryReceive(ReceivedBatch batch, int flags)
    {
        int result = 0;
        for (int tries = 0; tries < MaxTries; tries++)
        {
            batch.Clear();
            result = LibC.ReceiveBatch(Descriptor, batch.Messages.Entries, ReceivedBatch.Capacity, flags);
            if (result >= 0)
            {
                Read(batch, result);
                return true;
            }

            if (-result is Errno.Again or Errno.Interrupted) { return false; }

            // An ICMP error, told once; what was received behind it must not wait for more of them.
            _icmp.MayHold = true;
            flags = LibC.DontWait;
        }

        // What does not pass is no ICMP error, but the system's own: it lacks memory, or a sandbox forbids the call.
        Note(Errno.ToSocketError(-result));
        Thread.Sleep(ISystemSocket.ErrorPause);
        return false;
    }

    private void Read(ReceivedBatch batch, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int length = batch.Messages.ReceivedLength(i);
            if (length < 0) { Note(SocketError.MessageSize); }

            if (!SocketAddressCodec.TryRead(batch.Messages.Name(i), _isV6, out TransportAddress from) || length < 0) { continue; }

            ReadOnlySpan<byte> control = batch.Messages.ReceivedControl(i);
            HostAddress at = PacketInfo.TryRead(control, _isV6, out HostAddress local) ? local : default;
            batch.Add(new ReceivedMessage(i, from, at, length, SegmentControl.Read(control)));
        }
    }

    private void Note(SocketError error)
    {
        LastReceiveError = error;
        _receiveErrors++;
    }
}
