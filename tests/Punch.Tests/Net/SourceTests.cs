using System.Net.Sockets;
using Punch.Net.Sockets;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>On a wildcard, the address that a datagram came to is known, and one to send from can be chosen.</summary>
public sealed class SourceTests
{
    private static readonly HostAddress Second = HostAddress.Parse("127.0.0.9");

    [Fact]
    public void The_address_that_was_asked_is_known_and_replied_from()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var asked = UdpSocket.Bind(TransportAddress.Parse("0.0.0.0:0"));
        using var client = UdpSocket.Bind(TransportAddress.Parse("127.0.0.1:0"));
        byte[] buffer = new byte[8];

        client.Send([1], new TransportAddress(Second, asked.Local.Port));
        Assert.True(Loopback.WaitFor(asked, buffer, out TransportAddress from, out HostAddress at, out _));
        Assert.Equal(Second, at);
        Assert.Equal(SocketError.Success, asked.Send([2], from, new SendOptions { Source = at }));

        Assert.True(Loopback.WaitFor(client, buffer, out TransportAddress replier, out HostAddress bound, out _));
        Assert.Equal(new TransportAddress(Second, asked.Local.Port), replier);
        Assert.True(bound.IsAny);
    }

    [Fact]
    public void On_IPv6_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Socket.OSSupportsIPv6, "needs Linux and IPv6");
        using var asked = UdpSocket.Bind(TransportAddress.Parse("[::]:0"));
        using var client = UdpSocket.Bind(TransportAddress.Parse("[::1]:0"));
        byte[] buffer = new byte[8];

        client.Send([1], new TransportAddress(HostAddress.Parse("::1"), asked.Local.Port));
        Assert.True(Loopback.WaitFor(asked, buffer, out TransportAddress from, out HostAddress at, out _));

        Assert.Equal(HostAddress.Parse("::1"), at);
        Assert.Equal(SocketError.Success, asked.Send([2], from, new SendOptions { Source = at }));
        Assert.True(Loopback.WaitFor(client, buffer, out _, out _));
    }

    [Theory]
    [InlineData("0.0.0.0:0", "127.0.0.1", "192.0.2.77")]
    [InlineData("[::]:0", "::1", "2001:db8::77")]
    public void An_address_that_this_machine_lacks_sends_nothing(string local, string to, string source)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Socket.OSSupportsIPv6, "needs Linux and IPv6");
        using var socket = UdpSocket.Bind(TransportAddress.Parse(local));

        SocketError error = socket.Send([1], new TransportAddress(HostAddress.Parse(to), 9), new SendOptions { Source = HostAddress.Parse(source) });

        Assert.NotEqual(SocketError.Success, error);
    }

    [Fact]
    public void The_loop_sends_from_another_address_then_and_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using var socket = UdpSocket.Bind(TransportAddress.Parse("0.0.0.0:0"));
        var lost = HostAddress.Parse("192.0.2.77");
        var machine = new PingPong(socket.Local, new TransportAddress(HostAddress.Parse("127.0.0.1"), socket.Local.Port), [1], enough: 1)
        {
            Source = lost,
        };
        var heard = new Listener();
        machine.Serve();

        ProtocolLoopTests.Loop(machine, heard, socket).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal(1, machine.Heard);
        Assert.Empty(heard.SendErrors);
        Assert.Contains(NetworkNotice.SourceLost(lost), machine.Notices);
    }
}
