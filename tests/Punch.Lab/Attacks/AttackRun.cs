using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Punch.Lab.Cells;
using Punch.Lab.Meet;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Attacks;

/// <summary>A server under an attack, while honest clients ask it and meet through it.</summary>
internal sealed class AttackRun : IDisposable
{
    /// <summary>How often honest clients ask, and how many pairs meet.</summary>
    public const int Honest = 20;

    // So few rooms that an attack fills them within seconds.
    private const string Rooms = "10000";

    private static readonly LinkOptions Uplink = new() { Delay = TimeSpan.FromMilliseconds(12.5), Hops = 4 };
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.9.9.9");

    // A meeting takes a tenth of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan JoinsAfter = TimeSpan.FromMilliseconds(300);
    private static readonly MeetServer Server =
        new("an address of each family", MeetServer.BothFamilies.Addresses, [.. MeetServer.BothFamilies.Options, "--max-rooms", Rooms]);

    private static readonly byte[] Request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private readonly Attack _attack;
    private readonly ulong _seed;
    private readonly LabNetwork _lab;
    private readonly Node _attacker;
    private readonly LabHost _machine;
    private readonly LabHost _a;
    private readonly LabHost _b;
    private readonly TransportAddress _target;
    private SplitMix64 _random;
    private LabProcess? _serving;
    private long _packetsIn;
    private long _bytesIn;
    private long _bytesOut;
    private volatile bool _isOver;

    public AttackRun(Attack attack, ulong seed)
    {
        _attack = attack;
        _seed = seed;
        _random = new SplitMix64(seed);
        _lab = new LabNetwork(seed);
        _machine = _lab.AddHost(_lab.Network.AddHost("server", _lab.Network.Internet, Server.Addresses, Uplink));
        _a = HostKind.PortPreserving.Place(_lab, Side.A, Uplink, seed);
        _b = HostKind.Open.Place(_lab, Side.B, Uplink, seed);
        _attacker = _lab.Network.AddHost("attacker", _lab.Network.Internet, attack.Addresses, Uplink);
        _target = new TransportAddress(Server.Addresses.First(address => address.IsV6 == attack.Addresses[0].IsV6), MeetServer.Port);
    }

    /// <summary>Attacks for so long, or for as long as the honest clients take.</summary>
    public AttackResult Run(TimeSpan duration)
    {
        _lab.Network.Observer = Observe;
        _lab.Start();
        _serving = _machine.Start(Server.Command with { Arguments = [.. Server.Command.Arguments.Where(each => each != "-vv")] });
        StunClient.AwaitAnswer(_machine, Server.Address, _serving);
        Instant start = LabClock.Now;
        var sender = new Thread(SendAll) { IsBackground = true, Name = "attack" };
        sender.Start();
        _attack.Begin(_machine, _target);
        LabClock.WaitUntil(start + (duration / 4));
        long before = Memory();
        int answers = Enumerable.Range(0, Honest).Count(_ => _attack.IsOverTcp ? IsAnsweredOverTcp() : IsAnswered());
        int meetings = Enumerable.Range(0, Honest).Count(Meets);
        LabClock.WaitUntil(start + duration);
        long after = Memory();
        _isOver = true;
        sender.Join();
        _attack.End();
        (long packets, long bytesIn, long bytesOut) = _attack.Counted;
        return new AttackResult(
            _attack.Name, answers, meetings, _packetsIn + packets, _bytesIn + bytesIn, _bytesOut + bytesOut, before, after);
    }

    public void Dispose()
    {
        _isOver = true;
        _attack.End();
        _serving?.Dispose();
        _lab.Dispose();
    }

    private void SendAll()
    {
        Instant start = LabClock.Now;
        long sent = 0;
        while (!_isOver)
        {
            Thread.Sleep(Tick);
            long due = (long)((LabClock.Now - start).TotalSeconds * _attack.PerSecond) - sent;
            sent += due;
            _lab.Router.Post(now => Send((int)Math.Min(due, _attack.PerSecond / 10), now));
        }
    }

    private void Send(int count, Instant now)
    {
        for (int i = 0; i < count; i++)
        {
            if (_attack.Next(_target, ref _random) is { } packet) { _lab.Network.Send(_attacker, packet, now); }
        }
    }

    private void Observe(NetworkStep step)
    {
        bool isServers = step.Where.Name == "server";
        if (step.Where == _attacker && step.Kind == StepKind.Sent)
        {
            _packetsIn++;
            _bytesIn += step.After.Payload.Length;
        }
        else if (step.Where == _attacker && step.Kind == StepKind.Delivered)
        {
            _attack.Receive(step.After);
        }
        else if (isServers && step.Kind == StepKind.Sent && !IsHonest(step.After.Destination.Host))
        {
            _bytesOut += step.After.Payload.Length;
        }
        else if (isServers && step.Kind == StepKind.Delivered && IsHonest(step.After.Source.Host))
        {
            _attack.Overhear(step.After);
        }
    }

    private static bool IsHonest(HostAddress host) => host == Side.A.V4 || host == Side.B.V4;

    private bool IsAnswered()
    {
        using Socket socket = _b.Bind(AddressFamily.InterNetwork);
        socket.ReceiveTimeout = (int)AnswerPatience.TotalMilliseconds;
        for (int i = 0; i < 2; i++)
        {
            socket.SendTo(Request, new IPEndPoint(Server.Address.Host.ToIPAddress(), MeetServer.Port));
            try
            {
                if (socket.Receive(new byte[1500]) > 0) { return true; }
            }
            catch (SocketException silence) when (silence.SocketErrorCode == SocketError.TimedOut)
            {
                // Asked once more, as clients do (RFC 8489 section 6.2.1).
            }
        }

        return false;
    }

    // A client of another network: the lab carries no TCP, so it is on the server's machine, too.
    private bool IsAnsweredOverTcp()
    {
        using Socket socket = _machine.Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        socket.ReceiveTimeout = (int)AnswerPatience.TotalMilliseconds;
        socket.Bind(new IPEndPoint(Elsewhere, 0));
        try
        {
            socket.Connect(new IPEndPoint(Server.Address.Host.ToIPAddress(), MeetServer.Port));
            socket.Send(Request);
            return socket.Receive(new byte[1500]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private bool Meets(int number)
    {
        LabCommand command = MeetPeer.OnceWithin(Server, MeetCode.Draw(_seed + (ulong)number), Patience);
        using LabProcess waiting = _a.Start(command);
        LabClock.WaitUntil(LabClock.Now + JoinsAfter);
        using LabProcess joining = _b.Start(command);
        return waiting.WaitForExit(Patience * 2) && joining.WaitForExit(Patience * 2) && waiting.ExitCode == 0 && joining.ExitCode == 0;
    }

    /// <summary>The server's resident memory in KiB.</summary>
    private long Memory()
    {
        string line = File.ReadLines($"/proc/{_serving!.Id}/status").First(each => each.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
