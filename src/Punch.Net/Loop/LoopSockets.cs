using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>The sockets of a loop: found by their address, bound when the machine first sends from one, and waited for together.</summary>
internal sealed class LoopSockets : IDisposable
{
    /// <summary>The most sockets of a loop: a session's base ports, and hundreds of further ones where it searches for a port.</summary>
    public const int MaxSockets = 512;

    private readonly Dictionary<TransportAddress, UdpSocket> _byAddress = [];
    private readonly HashSet<TransportAddress> _unavailable = [];
    private readonly List<UdpSocket> _opened = [];
    private readonly WakeUp _wakeUp;
    private readonly UdpSocket _first;
    private SocketSet _set;
    private UdpSocket _last;

    /// <summary>Takes those that must be there; the caller disposes of them.</summary>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public LoopSockets(IReadOnlyList<UdpSocket> sockets, WakeUp wakeUp)
    {
        _wakeUp = wakeUp;
        _first = sockets[0];
        _last = _first;
        _set = new SocketSet(wakeUp);
        foreach (UdpSocket socket in sockets) { Add(socket); }
    }

    /// <summary>The socket, if there is but one; null otherwise.</summary>
    public UdpSocket? Only => _byAddress.Count == 1 ? _last : null;

    /// <summary>How many sockets the last wait found ready.</summary>
    public int ReadyCount => _set.ReadyCount;

    /// <summary>Waits until one of the sockets has a datagram or an error to take, or the loop is woken, and at most this long.</summary>
    public void Wait(TimeSpan wait) => _set.Wait(wait);

    /// <summary>A socket that the last wait found ready.</summary>
    public UdpSocket Ready(int index) => _set.Ready(index);

    /// <summary>The socket of a local address, bound now if need be; null when it is not to be had.</summary>
    public UdpSocket? Find(TransportAddress local)
    {
        if (_last.Local == local) { return _last; }

        if (!_byAddress.TryGetValue(local, out UdpSocket? socket)) { return Open(local); }

        _last = socket;
        return socket;
    }

    /// <summary>Closes those that it bound and that the machine has given up.</summary>
    public void CloseUnwanted(ILocalPorts ports)
    {
        if (!_opened.Exists(socket => !ports.Wants(socket.Local))) { return; }

        foreach (UdpSocket socket in _opened.FindAll(socket => !ports.Wants(socket.Local)))
        {
            _opened.Remove(socket);
            _byAddress.Remove(socket.Local);
            socket.Dispose();
        }

        // The numbers of a set's sockets are their order, so it is made anew: outages are rare.
        _last = _first;
        _set.Dispose();
        _set = new SocketSet(_wakeUp);
        foreach (UdpSocket socket in _byAddress.Values) { _set.Add(socket); }
    }

    /// <summary>Closes those that it bound.</summary>
    public void Dispose()
    {
        _set.Dispose();
        foreach (UdpSocket socket in _opened) { socket.Dispose(); }
    }

    private UdpSocket? Open(TransportAddress local)
    {
        if (_byAddress.Count >= MaxSockets || _unavailable.Contains(local)) { return null; }

        try
        {
            var socket = UdpSocket.Bind(local, _last.Kind);
            _opened.Add(socket);
            Add(socket);
            return socket;
        }
        catch (LocalNetworkException)
        {
            // Reported as a failed send, now and each time the machine tries again.
            if (_unavailable.Count < MaxSockets) { _unavailable.Add(local); }

            return null;
        }
    }

    private void Add(UdpSocket socket)
    {
        _set.Add(socket);
        _byAddress[socket.Local] = socket;
        _last = socket;
    }
}
