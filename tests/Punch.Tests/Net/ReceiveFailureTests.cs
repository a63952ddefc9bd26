using System.Net.Sockets;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Punch.Net.Unix;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>A system that refuses to hand over what came is asked a bounded number of times, and named.</summary>
public sealed class ReceiveFailureTests
{
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void A_refusal_that_lasts_is_counted_and_named_and_takes_no_whole_processor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var socket = UdpSocket.Bind(Loopback.V4);
        var machine = new PingPong(socket.Local, socket.Local, [1], enough: 1) { NextTimeout = Instant.Zero + Time };
        var heard = new Listener();
        using ProtocolLoop<Pong> loop = ProtocolLoopTests.Loop(machine, heard, socket);
        using var other = new Broken(socket);

        loop.Run(TestContext.Current.CancellationToken);

        Assert.True(machine.IsTimedOut);
        Assert.InRange(heard.ReceiveErrors.Count, 1, Time / ISystemSocketPause);
        Assert.All(heard.ReceiveErrors, error => Assert.Equal(SocketError.NotSocket, error));
    }

    [Fact]
    public void An_ICMP_error_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var socket = UdpSocket.Bind(Loopback.V4);
        using var closed = new ClosedPort(Loopback.V4);
        socket.Send([1], closed.Address);
        Assert.False(socket.TryReceive(TimeSpan.FromMilliseconds(200)));

        Assert.False(socket.TryTakeReceiveError(out _));
        Assert.True(socket.TryTakeIcmp(out _));
    }

    private static TimeSpan ISystemSocketPause => Punch.Net.ISystemSocket.ErrorPause;

    /// <summary>A socket that stays readable while its number stands for a file that nothing can be received from.</summary>
    private sealed class Broken : IDisposable
    {
        private readonly UdpSocket _other = UdpSocket.Bind(Loopback.V4);
        private readonly int _kept;

        public Broken(UdpSocket socket)
        {
            int descriptor = ((LinuxSocket)socket.System).Descriptor;
            _kept = LibC.Duplicate(descriptor);
            _other.Send([1], socket.Local);
            int file = WaitCalls.Event();
            Assert.True(LibC.Renumber(file, descriptor) >= 0);
            new Microsoft.Win32.SafeHandles.SafeFileHandle(file, ownsHandle: true).Dispose();
        }

        public void Dispose()
        {
            new Microsoft.Win32.SafeHandles.SafeFileHandle(_kept, ownsHandle: true).Dispose();
            _other.Dispose();
        }
    }
}
