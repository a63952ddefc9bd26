using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Punch.Net.Linux;

/// <summary>
/// The kernel's queue of ICMP errors for one socket (ip(7), IP_RECVERR). Without it an unconnected socket never hears of them.
/// The queue shares the receive buffer's memory, so what it holds is taken at once; and where a stranger fills it faster than it
/// is emptied, it is switched off for good, which also frees it: a session can do without ICMP, but not without datagrams.
/// </summary>
internal sealed class IcmpQueue
{
    /// <summary>More errors than this at once are a flood. Their memory stays below half of the usual receive buffer.</summary>
    public const int MaxAtOnce = 64;

    // ip(7), ipv6(7): the level and name of the option, and of the control message it brings.
    private const int LevelV4 = 0;
    private const int RecvErrV4 = 11;
    private const int LevelV6 = 41;
    private const int RecvErrV6 = 25;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private int _taken;

    public IcmpQueue(Socket socket, int descriptor)
    {
        _socket = socket;
        _descriptor = descriptor;
        try
        {
            Switch(1);
        }
        catch (SocketException)
        {
            // Some sandboxes lack the option. Then no ICMP error is reported, as on systems that have no such queue.
        }
    }

    /// <summary>Set when the system hinted at an error; until then a look into the queue would be a call for nothing.</summary>
    public bool MayHold { get; set; }

    private bool IsV6 => _socket.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Takes the next ICMP error.</summary>
    public bool TryTake(out IcmpReport report)
    {
        report = default;
        Span<byte> address = stackalloc byte[SocketAddressCodec.MaxLength];
        Span<byte> control = stackalloc byte[256];
        while (MayHold)
        {
            int result = LibC.ReceiveError(_descriptor, address, control, out int length);
            if (result < 0)
            {
                (MayHold, _taken) = (false, 0);
                return false;
            }

            _taken++;
            if (_taken == MaxAtOnce) { Switch(0); }

            if (IcmpControl.TryRead(address, control[..length], IsV6, out report)) { return true; }
        }

        return false;
    }

    private void Switch(int on)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(value, on);
        _socket.SetRawSocketOption(IsV6 ? LevelV6 : LevelV4, IsV6 ? RecvErrV6 : RecvErrV4, value);
    }
}
