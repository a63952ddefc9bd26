using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;
using Punch.Server;
using Punch.Server.Sockets;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Tests.Net;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>What the system cannot hand over is counted, and told once a minute.</summary>
public sealed class ReceiveErrorTests
{
    [Fact]
    public void Receive_errors_are_counted_and_told_once_a_minute()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var sockets = ServedSockets.Bind(ServerRig.Loopback, new ServerOptions { Addresses = [], Kind = SocketKind.Linux, HasTcp = false });
        var socket = (LinuxBatchSocket)sockets.Udp[0][0];
        var places = new ServedPlaces([sockets]);
        var observer = new Recorder();
        var machine = new ServerMachine(new ServerMachineOptions { Served = places.Served, Key0 = 1, Key1 = 2 });
        var service = new DatagramService(socket, 0, machine, places, new MonotonicClock(), observer);

        Fail(socket);
        service.Turn();
        Fail(socket);
        service.Turn();

        Assert.Equal(2, service.Statistics.ReceiveErrors);
        Assert.Equal([(socket.Local, SocketError.ConnectionRefused, 1)], observer.Failures);
    }

    // Connected to a closed port, a socket is told of the ICMP error where it would receive.
    private static void Fail(LinuxBatchSocket socket)
    {
        using var closed = new ClosedPort(socket.Local);
        Assert.True(LibC.Connect(socket.Descriptor, BoundDescriptor.SocketAddressOf(closed.Address)) >= 0);
        socket.TrySend([0], socket.Local.Host, closed.Address);
    }

    private sealed class Recorder : IServerObserver
    {
        public List<(TransportAddress Local, SocketError Error, long Count)> Failures { get; } = [];

        public bool WantsRequests => false;

        public void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome)
        {
        }

        public void OnConnection(TransportAddress client, ConnectionChange change)
        {
        }

        public void OnAcceptFailed(TransportAddress local, SocketError error)
        {
        }

        public void OnReceiveFailed(TransportAddress local, SocketError error, long count) => Failures.Add((local, error, count));
    }
}
