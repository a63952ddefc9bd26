using System.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Net.Sockets.Portable;
using Punch.Net.Unix;

namespace Punch.Net.Sockets;

/// <summary>Waits for any of several sockets to have something to receive, or to be woken.</summary>
internal sealed class SocketSet
{
    private readonly UdpSocket[] _sockets;
    private readonly PollFd[] _polled;
    private readonly List<Socket> _readable = [];

    private readonly WakeUp? _wakeUp;

    public SocketSet(UdpSocket[] sockets, WakeUp? wakeUp = null)
    {
        _sockets = sockets;
        _wakeUp = wakeUp;
        _polled = [.. sockets.Select(socket => socket.System).OfType<LinuxSocket>().Select(socket => new PollFd(socket.Descriptor))];
        if (IsLinux && wakeUp is not null) { _polled = [.. _polled, new PollFd(wakeUp.Descriptor)]; }
    }

    private bool IsLinux => _polled.Length > 0;

    /// <summary>Whole milliseconds, rounded up: a loop that woke early would only wait again, in turns of no length.</summary>
    public static int Milliseconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalMilliseconds);

    /// <summary>Waits until one of the sockets has a datagram or an error to take, and at most this long.</summary>
    public void Wait(TimeSpan wait)
    {
        if (IsLinux) { LibC.Poll(_polled, Milliseconds(wait)); }
        else { Select(wait); }

        if (_wakeUp is not null && IsWoken) { _wakeUp.Clear(); }
    }

    private bool IsWoken => IsLinux ? _polled[^1].Returned != 0 : _readable.Contains(_wakeUp!.Socket!);

    /// <summary>Whether the last wait found something at this socket.</summary>
    public bool IsReadable(int index) => IsLinux ? _polled[index].Returned != 0 : _readable.Contains(Portable(_sockets[index]));

    private void Select(TimeSpan wait)
    {
        _readable.Clear();
        foreach (UdpSocket socket in _sockets) { _readable.Add(Portable(socket)); }

        if (_wakeUp is not null) { _readable.Add(_wakeUp.Socket!); }

        Socket.Select(_readable, null, null, Milliseconds(wait) * 1000);
    }

    private static Socket Portable(UdpSocket socket) => ((PortableSocket)socket.System).Socket;
}
