using System.Collections.Concurrent;
using Punch.Lab.Cells;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Nat;

/// <summary>
/// One Internet with every server, and a client behind each kind of network, with a round trip of 50 ms. The clients share only the
/// servers, so runs of different clients may overlap. Runs of one client must not.
/// </summary>
internal sealed class NatLab : IDisposable
{
    private readonly LabNetwork _lab;
    private readonly Dictionary<NatKind, (Side Side, LabHost Host)> _clients = [];
    private readonly List<LabHost> _machines = [];
    private readonly List<LabProcess> _servers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("punch-lab-").FullName;
    private readonly ConcurrentDictionary<NatKind, int> _runs = [];

    /// <param name="kinds">The clients.</param>
    /// <param name="seed">The seed of random ports and loss.</param>
    /// <param name="loss">The share of packets lost in each direction, 0 to 1.</param>
    public NatLab(IReadOnlyList<NatKind> kinds, ulong seed, double loss)
    {
        _lab = new LabNetwork(seed);
        try
        {
            foreach (HostAddress[] addresses in NatServers.Machines) { AddMachine(addresses); }

            var uplink = new LinkOptions { Delay = TimeSpan.FromMilliseconds(25), Loss = loss, Hops = 8 };
            foreach (NatKind kind in kinds)
            {
                Side side = SideOf(_clients.Count);
                _clients.Add(kind, (side, kind.Host.Place(_lab, side, uplink, seed + (ulong)_clients.Count)));
            }

            _lab.Start();
            StartServers();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs <c>punch nat</c> once.</summary>
    public NatRun Run(NatKind kind, NatServers servers)
    {
        int run = _runs.AddOrUpdate(kind, 0, (_, last) => last + 1);
        ClientOf(kind).Namespace.Run(() => TakePorts(run));
        return NatRun.Make(kind, servers, ClientOf(kind));
    }

    /// <summary>
    /// Gives each run its own local ports. A port of an earlier run still has its mapping, so it shows nothing about how a NAT picks a new
    /// port.
    /// </summary>
    private static int TakePorts(int run)
    {
        int first = FirstPort + (run % PortRanges * PortsOfRun);
        File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", $"{first} {first + PortsOfRun - 1}");
        return first;
    }

    private const int FirstPort = 32_768;
    private const int PortsOfRun = 50;
    private const int PortRanges = 600;

    /// <summary>The client behind this kind of network.</summary>
    public LabHost ClientOf(NatKind kind) => _clients[kind].Host;

    /// <summary>The public address of a client.</summary>
    public HostAddress PublicHostOf(NatKind kind) => _clients[kind].Side.V4;

    public void Dispose()
    {
        foreach (LabProcess server in _servers) { server.Dispose(); }

        _lab.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Each has its own /24, because punch serve limits requests by /24.
    private static Side SideOf(int index) =>
        new($"client{index}", HostAddress.Parse($"198.18.{index}.1"), HostAddress.Parse($"2001:db8:{index:x}::1"));

    private void AddMachine(HostAddress[] addresses) => _machines.Add(
        _lab.AddHost(_lab.Network.AddHost($"server{_machines.Count}", _lab.Network.Internet, addresses, new LinkOptions())));

    private void StartServers()
    {
        (int Machine, LabCommand Command, TransportAddress Answers)[] processes = [.. NatServers.Processes(_folder)];
        foreach ((int machine, LabCommand command, _) in processes) { _servers.Add(_machines[machine].Start(command)); }

        for (int i = 0; i < processes.Length; i++) { StunClient.AwaitAnswer(_machines[processes[i].Machine], processes[i].Answers, _servers[i]); }
    }
}
