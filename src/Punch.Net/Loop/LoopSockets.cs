using Punch.Net.Sockets;
using Punch.Protocol;

namespace Punch.Net.Loop;

/// <summary>
/// The sockets of a loop, found by their local address. The loop waits for all of them together. A socket is bound when the machine first
/// sends from it.
/// </summary>
internal sealed class LoopSockets : IDisposable
{
    /// <summary>The most sockets of a loop: a session's base ports, and hundreds more for a search for a port.</summary>
    public const int MaxSockets = 512;

    private readonly Dictionary<TransportAddress, UdpSocket> _byAddress = [];
    private readonly HashSet<TransportAddress> _unavailable = [];
    private readonly List<UdpSocket> _opened = [];
    private readonly WakeUp _wakeUp;
    private readonly UdpSocket? _first;
    private SocketSet _set;
    private UdpSocket? _last;

    /// <summary>Takes the sockets that exist already. The caller disposes of them.</summary>
    /// <exception cref="LocalNetworkException">The system has no descriptor left.</exception>
    public LoopSockets(IReadOnlyList<UdpSocket> sockets, WakeUp wakeUp)
    {
        _wakeUp = wakeUp;
        _first = sockets.Count > 0 ? sockets[0] : null;
        _last = _first;
        _set = new SocketSet(wakeUp);
        foreach (UdpSocket socket in sockets) { Add(socket); }
    }

    /// <summary>The socket, if there is only one; null otherwise.</summary>
    public UdpSocket? Only => _byAddress.Count == 1 ? _last : null;

    /// <summary>The number of sockets that the last wait found ready.</summary>
    public int ReadyCount => _set.ReadyCount;

    /// <summary>Waits until a socket has a datagram or an error, or the loop is woken, for at most this long.</summary>
    public void Wait(TimeSpan wait) => _set.Wait(wait);

    /// <summary>A socket that the last wait found ready.</summary>
    public UdpSocket Ready(int index) => _set.Ready(index);

    /// <summary>The socket of a local address, bound now if needed; null if it cannot be bound.</summary>
    public UdpSocket? Find(TransportAddress local)
    {
        if (_last?.Local == local) { return _last; }

        if (!_byAddress.TryGetValue(local, out UdpSocket? socket)) { return Open(local); }

        _last = socket;
        return socket;
    }

    /// <summary>Closes the sockets that this object bound and the machine no longer uses.</summary>
    public void CloseUnwanted(ILocalPorts ports)
    {
        if (!_opened.Exists(socket => !ports.Wants(socket.Local))) { return; }

        foreach (UdpSocket socket in _opened.FindAll(socket => !ports.Wants(socket.Local)))
        {
            _opened.Remove(socket);
            _byAddress.Remove(socket.Local);
            socket.Dispose();
        }

        // A socket's number is its place in the set, so the set is made anew. This happens rarely.
        _last = _first;
        _set.Dispose();
        _set = new SocketSet(_wakeUp);
        foreach (UdpSocket socket in _byAddress.Values) { _set.Add(socket); }
    }

    /// <summary>Closes the sockets that it bound.</summary>
    public void Dispose()
    {
        _set.Dispose();
        foreach (UdpSocket socket in _opened) { socket.Dispose(); }
    }

    private UdpSocket? Open(TransportAddress local)
    {
        if (_last is null || _byAddress.Count >= MaxSockets || _unavailable.Contains(local)) { return null; }

        try
        {
            var socket = UdpSocket.Bind(local, _last.Kind);
            _opened.Add(socket);
            Add(socket);
            return socket;
        }
        catch (LocalNetworkException)
        {
            // It counts as a failed send, now and each time the machine tries again.
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
