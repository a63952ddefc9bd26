using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Sockets;
using Xunit;

namespace Punch.Tests.Net;

public sealed class LoopSocketsTests
{
    [Fact]
    public void Ports_that_the_machine_gave_up_are_closed_and_the_others_go_on()
    {
        using UdpSocket given = UdpSocket.Bind(Loopback.V4);
        using UdpSocket stranger = UdpSocket.Bind(Loopback.V4);
        using var wakeUp = new WakeUp(given.Kind);
        using var sockets = new LoopSockets([given], wakeUp);
        TransportAddress[] fresh = [.. Enumerable.Range(0, 8).Select(_ => sockets.Find(Loopback.V4)!.Local)];
        TransportAddress kept = fresh[3];

        sockets.CloseUnwanted(new Ports(kept));

        foreach (TransportAddress gone in fresh.Where(each => each != kept)) { UdpSocket.Bind(gone).Dispose(); }

        Assert.Throws<LocalNetworkException>(() => UdpSocket.Bind(kept));
        foreach (TransportAddress open in new[] { given.Local, kept })
        {
            stranger.Send([1], open);
            sockets.Wait(TimeSpan.FromSeconds(5));
            Assert.Equal(1, sockets.ReadyCount);
            Assert.Equal(open, sockets.Ready(0).Local);
            Assert.True(sockets.Ready(0).TryReceive(TimeSpan.Zero));
        }
    }

    private sealed class Ports(TransportAddress kept) : ILocalPorts
    {
        public bool Wants(in TransportAddress local) => local == kept;
    }
}
