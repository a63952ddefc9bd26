using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Punch.Net.Streams;

namespace Punch.Tests.Streams;

/// <summary>A carrier without a loop, and what comes out of it.</summary>
internal sealed class CarrierRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly AutoResetEvent _woken = new(false);
    private readonly byte[] _buffer = new byte[65_535];

    public CarrierRig(Func<StreamRequest, CancellationToken, Task<IMessagePipe>>? dial = null)
    {
        Carrier = new StreamCarrier(dial ?? TcpDialer.Dial);
        Carrier.Attach(() => _woken.Set());
    }

    public StreamCarrier Carrier { get; }

    public static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    public static TransportAddress AddressOf(TcpListener listener, Transport transport = Transport.Tcp) =>
        new(HostAddress.Parse("127.0.0.1"), (ushort)((IPEndPoint)listener.LocalEndpoint).Port, transport);

    public void Open(in TransportAddress remote) => Carrier.Request(new StreamRequest { Action = StreamAction.Open, Remote = remote });

    public void Close(in TransportAddress remote) => Carrier.Request(new StreamRequest { Action = StreamAction.Close, Remote = remote });

    public NetworkNotice Notice()
    {
        NetworkNotice notice = default;
        Await(() => Carrier.TryNotice(out notice));
        return notice;
    }

    /// <summary>The next datagram. A rig that expects one takes no notice meanwhile.</summary>
    public (byte[] Bytes, TransportAddress From) Receive()
    {
        StreamDatagram head = default;
        Await(() => Carrier.TryReceive(_buffer, out head));
        return (_buffer[..head.Length], head.From);
    }

    public void Await(Func<bool> condition)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience) { throw new TimeoutException("it did not come"); }

            _woken.WaitOne(TimeSpan.FromSeconds(1));
        }
    }

    public void Dispose() => Carrier.Dispose();
}
