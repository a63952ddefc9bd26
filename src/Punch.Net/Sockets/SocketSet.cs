using System.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Net.Sockets.Portable;

namespace Punch.Net.Sockets;

/// <summary>Waits for any of several sockets to have something to receive, or to be woken.</summary>
internal sealed class SocketSet : IDisposable
{
    private readonly List<UdpSocket> _sockets = [];
    private readonly WakeUp _wakeUp;
    private readonly ISocketSet _system;
    private int[] _ready = new int[4];

    /// <summary>Opens an empty set.</summary>
    /// <param name="wakeUp">What ends a wait; its kind is that of the sockets.</param>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public SocketSet(WakeUp wakeUp)
    {
        _wakeUp = wakeUp;
        try
        {
            _system = wakeUp.System is EventDescriptor descriptor ? new EpollSet(descriptor) : new SelectSet((LoopbackEvent)wakeUp.System);
        }
        catch (SocketException e)
        {
            throw WakeUp.NoneLeft(e);
        }
    }

    /// <summary>How many sockets the last wait found ready.</summary>
    public int ReadyCount { get; private set; }

    /// <summary>Adds a socket.</summary>
    /// <exception cref="LocalNetworkException">The system waits for no more of them.</exception>
    public void Add(UdpSocket socket)
    {
        try
        {
            _system.Add(socket.System);
        }
        catch (SocketException e)
        {
            throw WakeUp.NoneLeft(e);
        }

        _sockets.Add(socket);
        if (_ready.Length < _sockets.Count) { Array.Resize(ref _ready, _ready.Length * 2); }
    }

    /// <summary>Waits until one of the sockets has a datagram or an error to take, or is woken, and at most this long.</summary>
    public void Wait(TimeSpan wait)
    {
        ReadyCount = _system.Wait(wait, _ready, out bool isWoken);
        if (isWoken) { _wakeUp.Clear(); }
    }

    /// <summary>A socket that the last wait found ready.</summary>
    /// <param name="index">0 to <see cref="ReadyCount"/> - 1.</param>
    public UdpSocket Ready(int index) => _sockets[_ready[index]];

    public void Dispose() => _system.Dispose();
}
