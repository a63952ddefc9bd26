using Punch.Net.Unix;

namespace Punch.Net.Sockets.Linux;

/// <summary>
/// The kernel's queue of ICMP errors for one socket (ip(7), IP_RECVERR). Without it an unconnected socket never hears of them.
/// The queue shares the receive buffer's memory, so what it holds is taken at once; and where a stranger fills it faster than it
/// is emptied, it is switched off for good, which also frees it: a session can do without ICMP, but not without datagrams.
/// </summary>
internal sealed class IcmpQueue
{
    /// <summary>More errors than this at once are a flood. Their memory stays below half of the usual receive buffer.</summary>
    public const int MaxAtOnce = 64;

    private readonly int _descriptor;
    private readonly bool _isV6;
    private int _taken;

    public IcmpQueue(int descriptor, bool isV6)
    {
        _descriptor = descriptor;
        _isV6 = isV6;
        // Some sandboxes lack the option. Then no ICMP error is reported, as on systems that have no such queue.
        _ = Switch(1);
    }

    /// <summary>Set when the system hinted at an error; until then a look into the queue would be a call for nothing.</summary>
    public bool MayHold { get; set; }

    /// <summary>Takes the next ICMP error.</summary>
    public bool TryTake(out IcmpReport report)
    {
        report = default;
        if (!MayHold) { return false; }

        Span<byte> address = stackalloc byte[SocketAddressCodec.MaxLength];
        Span<byte> control = stackalloc byte[256];
        int result;
        while ((result = LibC.ReceiveError(_descriptor, address, control, out int length)) >= 0)
        {
            _taken++;
            if (_taken == MaxAtOnce) { _ = Switch(0); }

            if (IcmpControl.TryRead(address, control[..length], _isV6, out report)) { return true; }
        }

        // A queue that cannot be emptied would call the socket readable for ever.
        if (-result is not (Errno.Again or Errno.Interrupted)) { _ = Switch(0); }

        (MayHold, _taken) = (false, 0);
        return false;
    }

    private int Switch(int on) =>
        LibC.SetOption(_descriptor, _isV6 ? SocketOption.ReceiveErrorsV6 : SocketOption.ReceiveErrorsV4, on);
}
