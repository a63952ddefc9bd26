using System.Net;
using System.Net.Sockets;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>
/// One customer with a /48 of IPv6, who takes connections everywhere in it, and keeps them by asking. The router carries no TCP, so it
/// sits on the server's own machine, at addresses of its loopback interface.
/// </summary>
internal sealed class ConnectionFlood() : Attack("one /48 that takes connections", perSecond: 0)
{
    private const string Network = "2001:db8:bad::/48";

    // More than the server has in all.
    private const int Wanted = 600;
    private const int AtOnce = 20;

    // Linux: an address of a network that is routed here need not be on an interface.
    private const int Ipv6Level = 41;
    private const int FreeBind = 78;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AsksEach = TimeSpan.FromSeconds(2);
    private static readonly byte[] Request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly List<Held> _held = [];
    private readonly byte[] _buffer = new byte[1500];
    private Thread? _thread;
    private volatile bool _isOver;
    private int _turn;

    public override IReadOnlyList<HostAddress> Addresses { get; } = [HostAddress.Parse("2001:db8:bad::1")];

    public override bool IsOverTcp => true;

    public override Packet? Next(TransportAddress server, ref SplitMix64 random) => null;

    public override void Begin(LabHost server, TransportAddress target)
    {
        server.Namespace.Ip($"route add local {Network} dev lo");
        var to = new IPEndPoint(target.Host.ToIPAddress(), target.Port);
        _thread = new Thread(() => Live(server, to)) { IsBackground = true, Name = "connections" };
        _thread.Start();
    }

    public override void End()
    {
        _isOver = true;
        _thread?.Join();
        foreach (Held held in _held) { held.Socket.Dispose(); }

        _held.Clear();
    }

    private void Live(LabHost server, IPEndPoint to)
    {
        while (!_isOver)
        {
            Thread.Sleep(Tick);
            for (int i = 0; i < AtOnce && _held.Count < Wanted; i++) { Open(server, to); }

            _held.RemoveAll(held => !IsKept(held));
        }
    }

    private void Open(LabHost server, IPEndPoint to)
    {
        int turn = _turn++;
        var from = new IPEndPoint(IPAddress.Parse($"2001:db8:bad:{turn & 0xFFFF:x}::1"), 0);
        Socket socket = server.Namespace.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        socket.Blocking = false;
        socket.SetRawSocketOption(Ipv6Level, FreeBind, BitConverter.GetBytes(1));
        socket.Bind(from);
        try
        {
            socket.Connect(to);
        }
        catch (SocketException underWay) when (underWay.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is written to once it is there.
        }

        Count(packets: 1, bytesIn: 0, bytesOut: 0);
        _held.Add(new Held(socket));
    }

    private bool IsKept(Held held)
    {
        try
        {
            while (held.Socket.Available > 0) { Count(0, 0, held.Socket.Receive(_buffer)); }

            bool isClosed = held.Socket.Poll(0, SelectMode.SelectRead) && held.Socket.Available == 0;
            if (!isClosed && held.AskedAt is { } at && LabClock.Now - at < AsksEach) { return true; }

            if (!isClosed && held.Socket.Poll(0, SelectMode.SelectWrite))
            {
                Count(1, held.Socket.Send(Request), 0);
                held.AskedAt = LabClock.Now;
            }

            if (!isClosed) { return true; }
        }
        catch (SocketException)
        {
            // Turned away.
        }

        held.Socket.Dispose();
        return false;
    }

    private sealed class Held(Socket socket)
    {
        public Socket Socket => socket;

        public Instant? AskedAt { get; set; }
    }
}
