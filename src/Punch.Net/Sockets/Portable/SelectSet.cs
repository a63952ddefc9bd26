using System.Net.Sockets;

namespace Punch.Net.Sockets.Portable;

/// <summary>Waits by means of the runtime's <see cref="Socket"/>: every wait names all sockets.</summary>
internal sealed class SelectSet(LoopbackEvent wakeUp) : ISocketSet
{
    private readonly List<Socket> _all = [wakeUp.Socket];
    private readonly Dictionary<Socket, int> _numbers = [];
    private readonly List<Socket> _readable = [];

    public void Add(ISystemSocket socket)
    {
        Socket added = ((PortableSocket)socket).Socket;
        _numbers.Add(added, _numbers.Count);
        _all.Add(added);
    }

    public int Wait(TimeSpan wait, Span<int> ready, out bool isSet)
    {
        isSet = false;
        _readable.Clear();
        _readable.AddRange(_all);
        Socket.Select(_readable, null, null, SystemWait.Microseconds(wait));
        int count = 0;
        foreach (Socket socket in _readable)
        {
            if (socket == wakeUp.Socket) { isSet = true; }
            else if (count < ready.Length) { ready[count++] = _numbers[socket]; }
        }

        return count;
    }

    public void Dispose()
    {
        // The sockets belong to others.
    }
}
