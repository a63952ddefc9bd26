using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>Which running machine has which address and port of which host. A wildcard address stands for all of its family.</summary>
internal sealed class SocketTable
{
    private readonly Dictionary<(Node Host, ushort Port), Socket> _first = [];

    // A host has few sockets at one port: at most one for each of its addresses.
    private sealed record Socket(ISimulated Machine, TransportAddress Local)
    {
        public Socket? Next { get; set; }
    }

    /// <summary>Whether another machine has an address and port that this one would share.</summary>
    public bool IsTaken(ISimulated machine, TransportAddress local)
    {
        for (Socket? socket = First(machine.Host, local.Port); socket is not null; socket = socket.Next)
        {
            if (socket.Machine != machine && (Covers(socket.Local, local) || Covers(local, socket.Local))) { return true; }
        }

        return false;
    }

    /// <summary>Opens a socket that is not taken.</summary>
    public void Open(ISimulated machine, TransportAddress local)
    {
        var opened = new Socket(machine, local);
        if (!_first.TryAdd((machine.Host, local.Port), opened)) { Last(_first[(machine.Host, local.Port)]).Next = opened; }
    }

    /// <summary>Closes the sockets of a machine.</summary>
    public void Close(ISimulated machine)
    {
        foreach (TransportAddress local in machine.Locals)
        {
            (Node, ushort) key = (machine.Host, local.Port);
            Socket? rest = Without(machine, First(machine.Host, local.Port));
            if (rest is null) { _first.Remove(key); }
            else { _first[key] = rest; }
        }
    }

    /// <summary>The machine that receives what is sent to an address of a host, and its socket; null without one.</summary>
    public (ISimulated Machine, TransportAddress Local)? Find(Node host, TransportAddress address)
    {
        for (Socket? socket = First(host, address.Port); socket is not null; socket = socket.Next)
        {
            if (Covers(socket.Local, address)) { return (socket.Machine, socket.Local); }
        }

        return null;
    }

    private Socket? First(Node host, ushort port) => _first.GetValueOrDefault((host, port));

    private static Socket Last(Socket socket)
    {
        while (socket.Next is { } next) { socket = next; }

        return socket;
    }

    private static Socket? Without(ISimulated machine, Socket? socket)
    {
        while (socket?.Machine == machine) { socket = socket.Next; }

        for (Socket? kept = socket; kept is not null; kept = kept.Next)
        {
            while (kept.Next?.Machine == machine) { kept.Next = kept.Next.Next; }
        }

        return socket;
    }

    private static bool Covers(TransportAddress local, TransportAddress address) =>
        local.Port == address.Port
        && (local.Host == address.Host || (local.Host.IsAny && local.Host.IsV6 == address.Host.IsV6));
}
