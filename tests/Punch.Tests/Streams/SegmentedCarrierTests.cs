using Punch.Net;
using Punch.Net.Loop;
using Punch.Net.Streams;
using Punch.Tests.Net;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>A stream has a frame for each datagram, also if a machine hands out several at a time.</summary>
public sealed class SegmentedCarrierTests
{
    private static readonly TransportAddress Local = TransportAddress.Parse("192.0.2.1:9") with { Transport = Transport.Tcp };
    private static readonly TransportAddress Remote = TransportAddress.Parse("192.0.2.2:9") with { Transport = Transport.Tcp };

    [Fact]
    public void Each_datagram_gets_a_frame()
    {
        using var carrier = new Carrier(most: 9);

        PingPong machine = Run(carrier);

        Assert.Equal(["0102", "0304", "05"], carrier.Sent);
        Assert.Empty(machine.Notices);
    }

    [Fact]
    public void A_full_stream_takes_the_first_ones_and_the_machine_hears_of_it_once()
    {
        using var carrier = new Carrier(most: 1);

        PingPong machine = Run(carrier);

        Assert.Equal(["0102"], carrier.Sent);
        Assert.Equal([NetworkNotice.SendFailed(Local, Remote)], machine.Notices);
    }

    private static PingPong Run(Carrier carrier)
    {
        var machine = new PingPong(Local, Remote, [1, 2, 3, 4, 5], enough: 0) { SegmentSize = 2 };
        machine.Serve();
        new ProtocolLoop<Pong>(machine, [], new MonotonicClock(), new Listener(), carrier: carrier)
            .RunToEnd(TestContext.Current.CancellationToken);
        return machine;
    }

    private sealed class Carrier(int most) : IStreamCarrier
    {
        public List<string> Sent { get; } = [];

        public void Attach(Action wake)
        {
        }

        public void Request(in StreamRequest request)
        {
        }

        public bool TrySend(in TransportAddress to, ReadOnlySpan<byte> datagram)
        {
            if (Sent.Count == most) { return false; }

            Sent.Add(Convert.ToHexString(datagram));
            return true;
        }

        public bool TryReceive(Span<byte> buffer, out StreamDatagram datagram)
        {
            datagram = default;
            return false;
        }

        public bool TryNotice(out NetworkNotice notice)
        {
            notice = default;
            return false;
        }

        public void Dispose()
        {
        }
    }
}
