using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;
using Punch.Server;
using Punch.Server.Sockets;
using Punch.Server.Streams;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Tests.Net;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>Failed receives are counted, and reported once a minute.</summary>
public sealed class ReceiveErrorTests
{
    [Fact]
    public void Receive_errors_are_counted_and_reported_once_a_minute()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var sockets = ServedSockets.Bind(ServerRig.Loopback, new ServerOptions { Addresses = [], Kind = SocketKind.Linux, HasTcp = false, Threads = 1 });
        var socket = (LinuxBatchSocket)sockets.Udp[0][0];
        var places = new ServedPlaces([sockets]);
        var observer = new Recorder();
        var machine = new ServerMachine(new ServerMachineOptions { Served = places.Served, Key0 = 1, Key1 = 2 });
        var service = new DatagramService(socket, 0, machine, places, new StreamDirectory(), new MonotonicClock(), observer);

        Fail(socket);
        service.Turn();
        Fail(socket);
        service.Turn();

        Assert.Equal(2, service.Statistics.ReceiveErrors);
        Assert.Equal([(socket.Local, SocketError.ConnectionRefused, 1)], observer.Failures);
    }

    /// <summary>The system refuses to send to all hosts from a socket that has not asked for it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_reason_of_a_failed_send_is_known(bool isPortable)
    {
        SocketKind kind = isPortable ? SocketKind.Portable : SocketKind.Linux;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var sockets = ServedSockets.Bind(ServerRig.Loopback, new ServerOptions { Addresses = [], Kind = kind, HasTcp = false, Threads = 1 });
        IBatchSocket socket = sockets.Udp[0][0];
        var everybody = TransportAddress.Parse("255.255.255.255:9");
        Assert.Equal(SocketError.Success, socket.LastSendError);

        socket.Room[..4].Clear();
        socket.Queue(socket.Local.Host, everybody, 4);
        Assert.Equal((1, SocketError.AccessDenied), (socket.Flush(), socket.LastSendError));
        Assert.False(socket.TrySend([0], socket.Local.Host, everybody with { Port = 10 }));
        Assert.Equal(SocketError.AccessDenied, socket.LastSendError);
    }

    [Fact]
    public void Errors_are_reported_at_once_and_then_once_a_minute_with_their_count()
    {
        var report = new ErrorReport();
        Instant now = Instant.At(TimeSpan.FromSeconds(5));
        Assert.False(report.IsDue(0, now, out _));

        Assert.True(report.IsDue(1, now, out long count));
        Assert.Equal(1, count);
        Assert.False(report.IsDue(4, now + TimeSpan.FromSeconds(59), out _));
        Assert.True(report.IsDue(4, now + TimeSpan.FromSeconds(60), out count));
        Assert.Equal(3, count);
        Assert.False(report.IsDue(4, now + TimeSpan.FromHours(1), out _));
    }

    // Connected to a closed port, a socket gets the ICMP error when it receives.
    private static void Fail(LinuxBatchSocket socket)
    {
        using var closed = new ClosedPort(socket.Local);
        Assert.True(LibC.Connect(socket.Descriptor, BoundDescriptor.SocketAddressOf(closed.Address)) >= 0);
        socket.TrySend([0], socket.Local.Host, closed.Address);
    }

    private sealed class Recorder : IServerObserver
    {
        public List<(TransportAddress Local, SocketError Error, long Count)> Failures { get; } = [];

        public List<(TransportAddress Local, SocketError Error, long Count)> SendFailures { get; } = [];

        public bool WantsRequests => false;

        public void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome)
        {
        }

        public void OnConnection(TransportAddress client, ConnectionChange change)
        {
        }

        public void OnAcceptFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnReceiveFailed(TransportAddress local, SocketError error, long count) => Failures.Add((local, error, count));

        public void OnCertificate(ServerCertificate certificate)
        {
        }

        public void OnCertificateFailed(string reason)
        {
        }

        public void OnSourcesRewritten(TransportAddress local, HostAddress seen)
        {
        }

        public void OnSendFailed(TransportAddress local, SocketError error, long count) => SendFailures.Add((local, error, count));
    }
}
