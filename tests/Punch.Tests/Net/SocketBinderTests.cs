using Punch.Net;
using Punch.Net.Sockets;
using Xunit;

namespace Punch.Tests.Net;

public sealed class SocketBinderTests
{
    private static readonly HostAddress[] Both = [Loopback.V4.Host, Loopback.V6.Host];

    [Fact]
    public void Both_families_get_the_same_port()
    {
        IReadOnlyList<UdpSocket> sockets = SocketBinder.Bind(Both, port: 0);

        Assert.Equal(Both, sockets.Select(socket => socket.Local.Host));
        Assert.Single(sockets.Select(socket => socket.Local.Port).Distinct());
        foreach (UdpSocket socket in sockets) { socket.Dispose(); }
    }

    [Fact]
    public void A_named_port_that_is_taken_in_one_family_leaves_nothing_bound()
    {
        using UdpSocket taken = UdpSocket.Bind(Loopback.V6);

        var refusal = Assert.Throws<LocalNetworkException>(() => SocketBinder.Bind(Both, taken.Local.Port));

        Assert.Equal(LocalNetworkError.PortTaken, refusal.Error);
        using UdpSocket free = UdpSocket.Bind(Loopback.V4 with { Port = taken.Local.Port });
    }

    [Fact]
    public void An_address_of_another_machine_is_refused()
    {
        var refusal = Assert.Throws<LocalNetworkException>(() => SocketBinder.Bind([HostAddress.Parse("192.0.2.1")], port: 0));

        Assert.Equal(LocalNetworkError.NoSuchAddress, refusal.Error);
    }
}
