using System.Net;
using System.Net.Sockets;
using Punch.Lab.Linux;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>A machine of the lab: a network namespace with its own addresses and a default route into the lab.</summary>
internal sealed class LabHost(string name, NetworkNamespace space) : IDisposable
{
    public string Name => name;

    public NetworkNamespace Namespace => space;

    /// <summary>Starts a process inside.</summary>
    public LabProcess Start(LabCommand command) => new(space.Run(() => LabProcess.Spawn(command)));

    /// <summary>Starts a process inside at the instant. The caller makes a <see cref="LabProcess"/> of it.</summary>
    public Task<Spawned> SpawnAt(Instant instant, LabCommand command) => space.Queue(() =>
    {
        LabClock.WaitUntil(instant);
        return LabProcess.Spawn(command);
    });

    /// <summary>Makes a UDP socket inside, bound to the port on every address of the family. Any thread may use it.</summary>
    public Socket Bind(AddressFamily family, int port = 0) => space.Run(() =>
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        return socket;
    });

    /// <summary>The local address that it sends from towards another address.</summary>
    public HostAddress AddressTowards(HostAddress remote) => space.Run(() =>
    {
        // Connecting a UDP socket sends nothing.
        using var socket = new Socket(remote.Family, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(new IPEndPoint(remote.ToIPAddress(), 1));
        return HostAddress.FromIPAddress(((IPEndPoint)socket.LocalEndPoint!).Address);
    });

    public void Dispose() => space.Dispose();
}
