using Punch.Protocol;

namespace Punch.Simulation;

/// <summary>
/// The running machine at each address and port of each host, for each transport. A wildcard address stands for all addresses of its
/// family.
/// </summary>
internal sealed class SocketTable
{
    private readonly Dictionary<(Node Host, ushort Port), Opening> _first = [];

    // A host has few sockets at one port: at most one for each of its addresses.
    private sealed record Opening(ISimulated Machine, TransportAddress Local)
    {
        public Opening? Next { get; set; }
    }

    /// <summary>Whether another machine already has this address and port.</summary>
    public bool IsTaken(ISimulated machine, TransportAddress local)
    {
        for (Opening? opening = First(machine.Host, local.Port); opening is not null; opening = opening.Next)
        {
            if (opening.Machine != machine && (Covers(opening.Local, local) || Covers(local, opening.Local))) { return true; }
        }

        return false;
    }

    /// <summary>Opens a socket for a machine. The address must be free.</summary>
    public void Open(ISimulated machine, TransportAddress local)
    {
        var opened = new Opening(machine, local);
        if (!_first.TryAdd((machine.Host, local.Port), opened)) { Last(_first[(machine.Host, local.Port)]).Next = opened; }
    }

    /// <summary>Closes the sockets of a machine.</summary>
    public void Close(ISimulated machine)
    {
        foreach (TransportAddress local in machine.Locals)
        {
            (Node, ushort) key = (machine.Host, local.Port);
            Opening? rest = Without(machine, First(machine.Host, local.Port));
            if (rest is null) { _first.Remove(key); }
            else { _first[key] = rest; }
        }
    }

    /// <summary>The machine that receives at an address of a host, and the opened address; null if there is none.</summary>
    public (ISimulated Machine, TransportAddress Local)? Find(Node host, TransportAddress address)
    {
        for (Opening? opening = First(host, address.Port); opening is not null; opening = opening.Next)
        {
            if (Covers(opening.Local, address)) { return (opening.Machine, opening.Local); }
        }

        return null;
    }

    private Opening? First(Node host, ushort port) => _first.GetValueOrDefault((host, port));

    private static Opening Last(Opening opening)
    {
        while (opening.Next is { } next) { opening = next; }

        return opening;
    }

    private static Opening? Without(ISimulated machine, Opening? opening)
    {
        while (opening?.Machine == machine) { opening = opening.Next; }

        for (Opening? kept = opening; kept is not null; kept = kept.Next)
        {
            while (kept.Next?.Machine == machine) { kept.Next = kept.Next.Next; }
        }

        return opening;
    }

    private static bool Covers(TransportAddress local, TransportAddress address) =>
        local.Port == address.Port
        && local.Transport == address.Transport
        && (local.Host == address.Host || (local.Host.IsAny && local.Host.IsV6 == address.Host.IsV6));
}
