using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Meet;

/// <summary>
/// A network with a rendezvous server and hosts that meet through it. The one-way delay between any two of them is 25 ms, so every round
/// trip takes 50 ms. Add the hosts, then call <see cref="Open"/>, then start the meetings.
/// </summary>
internal sealed class MeetLab : IDisposable
{
    // Half of each delay.
    private static readonly LinkOptions Uplink = new() { Delay = TimeSpan.FromMilliseconds(12.5), Hops = 4 };

    // Both are queued before the first is due.
    private static readonly TimeSpan Preparation = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LabNetwork _lab;
    private readonly LabTranscript _transcript;
    private readonly MeetServer _server;
    private readonly LabHost _machine;
    private readonly ulong _seed;
    private readonly List<(string Name, LabProcess Process)> _processes = [];
    private readonly MeetStreams? _streams;
    private int _sides;
    private LabProcess? _serving;

    public MeetLab(MeetServer server, ulong seed)
    {
        _server = server;
        _seed = seed;
        _lab = new LabNetwork(seed);
        _transcript = new LabTranscript(_lab);
        _machine = _lab.AddHost(_lab.Network.AddHost("server", _lab.Network.Internet, server.Addresses, Uplink));
        if (server.HasTls) { _streams = new MeetStreams(_lab, Uplink, server.Addresses[0]); }
    }

    public MeetServer Server => _server;

    /// <summary>Adds the next side: A, B and so on, each with its own public addresses.</summary>
    /// <param name="kind">The kind of the host.</param>
    /// <param name="loss">The share of its packets lost in each direction, 0 to 1.</param>
    public LabHost Add(HostKind kind, double loss = 0)
    {
        Side side = NextSide();
        return kind.Place(_lab, side, Uplink with { Loss = loss }, _seed + (ulong)_sides);
    }

    /// <summary>Adds two sides on one LAN.</summary>
    public (LabHost First, LabHost Second) AddNeighbours(NatPreset preset)
    {
        (Side first, Side second) = (NextSide(), NextSide());
        Site site = preset.Attach(_lab.Network, first.Name, first.V4, Uplink, _seed);
        Node neighbour = _lab.Network.AddHost(second.Name, site.Router, [HostAddress.Parse("192.168.1.3")], new LinkOptions());
        return (_lab.AddHost(site.Host), _lab.AddHost(neighbour));
    }

    /// <summary>Adds two homes behind one carrier's NAT, which hairpins (RFC 6888).</summary>
    public (LabHost First, LabHost Second) AddCustomersOfOneCarrier()
    {
        (Side first, Side second) = (NextSide(), NextSide());
        IReadOnlyList<IMiddlebox> boxes = NatPresets.Carrier.CreateMiddleboxes([first.V4], _seed);
        Node carrier = _lab.Network.AddRouter("carrier", _lab.Network.Internet, boxes[0], Uplink);
        return (AddCustomer(carrier, first.Name, 1), AddCustomer(carrier, second.Name, 2));
    }

    /// <summary>The command of a side of this kind, with all that it needs to get out of its network.</summary>
    /// <param name="kind">The kind of the side.</param>
    /// <param name="command">The command without that.</param>
    /// <param name="trustsOld">Whether it trusts the certificate that was replaced, and no other.</param>
    public LabCommand CommandOf(HostKind kind, LabCommand command, bool trustsOld = false) =>
        _streams?.Of(kind.Outlet, command, trustsOld) ?? command;

    /// <summary>Begins to carry packets and starts the server.</summary>
    public void Open()
    {
        _lab.Start();
        StartServer();
        if (_streams is not null) { _processes.Add(("proxy", _streams.StartProxy())); }
    }

    public void StartServer()
    {
        _serving = _machine.Start(_server.Command.With(_streams?.ServerOptions ?? []));
        _processes.Add(("server", _serving));
        StunClient.AwaitAnswer(_machine, _server.Address, _serving);
        if (_streams is not null) { _serving.WaitForLine(line => line.StartsWith("SERVE TLS", StringComparison.Ordinal), Patience); }
    }

    /// <summary>Ends the server without a farewell.</summary>
    public void KillServer()
    {
        _serving!.Kill();
        _serving.WaitForExit(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Tells the server to end, and returns when it has ended by itself.</summary>
    /// <returns>Its exit code; null if it is still there after that time.</returns>
    public int? DrainServer(TimeSpan patience)
    {
        _serving!.Terminate();
        return _serving.WaitForExit(patience) ? _serving.ExitCode : null;
    }

    /// <summary>Gives the server another certificate, and waits until it says so; false if it does not.</summary>
    public bool ReplaceCertificate()
    {
        _streams!.ReplaceCertificate(_server.Addresses[0]);
        _serving!.Reload();
        return _serving.WaitForError(line => line.Contains("New connections get a new certificate", StringComparison.Ordinal), Patience);
    }

    public void RebootNatsOf(LabHost host) => _lab.RebootNatsOf(host);

    /// <summary>The server's machine, for starting other programs on it, such as another server.</summary>
    public LabHost Machine => _machine;

    /// <summary>Starts one side of a meeting now.</summary>
    public MeetPeer Start(LabHost host, LabCommand command) => StartAll((host, command, TimeSpan.Zero))[0];

    /// <summary>Starts processes, each after its delay, the earliest first.</summary>
    public MeetPeer[] StartAll(params (LabHost Host, LabCommand Command, TimeSpan After)[] starts)
    {
        Instant soon = LabClock.Now + Preparation;
        (string Name, TimeSpan After, Task<Spawned> Task)[] spawning =
            [.. starts.Select(start => (start.Host.Name, start.After, start.Host.SpawnAt(soon + start.After, start.Command)))];
        var peers = new Dictionary<Task<Spawned>, MeetPeer>();
        foreach ((string name, _, Task<Spawned> task) in spawning.OrderBy(each => each.After))
        {
            var process = new LabProcess(task.GetAwaiter().GetResult());
            _processes.Add((name, process));
            peers.Add(task, new MeetPeer(name, process));
        }

        return [.. spawning.Select(each => peers[each.Task])];
    }

    /// <summary>The longest time that one of the processes waited for a processor.</summary>
    public TimeSpan LongestProcessorWait => _processes.Max(each => each.Process.ProcessorWait);

    /// <summary>All steps and lines, for people. Times count from the last start of a peer.</summary>
    public string Transcript(string title)
    {
        Instant origin = _processes[^1].Process.StartedAt;
        return _transcript.Print(title, origin, _processes);
    }

    public void Dispose()
    {
        foreach ((_, LabProcess process) in _processes) { process.Dispose(); }

        _lab.Dispose();
        _streams?.Dispose();
    }

    private LabHost AddCustomer(Node carrier, string name, int number)
    {
        IMiddlebox home = NatPresets.PortPreserving.CreateMiddleboxes([NatPreset.CarrierAddress(number)], _seed + (ulong)number).Single();
        Node router = _lab.Network.AddRouter($"{name}-nat", carrier, home, new LinkOptions());
        return _lab.AddHost(_lab.Network.AddHost(name, router, [HostAddress.Parse("192.168.1.2")], new LinkOptions()));
    }

    // Each has its own /24, because the server limits requests by /24.
    private Side NextSide()
    {
        int index = _sides++;
        return index switch
        {
            0 => Side.A,
            1 => Side.B,
            _ => new Side($"{(char)('A' + index)}", HostAddress.Parse($"198.18.{index}.1"), HostAddress.Parse($"2001:db8:{index:x}::1")),
        };
    }
}
