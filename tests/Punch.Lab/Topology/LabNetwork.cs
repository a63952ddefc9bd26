using Punch.Lab.Linux;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Topology;

/// <summary>
/// A simulated network with real machines. Build it with the Add methods, call <see cref="Start"/>, then start processes on its hosts.
/// Everything is gone after <see cref="Dispose"/>, and also after the death of this process.
/// </summary>
internal sealed class LabNetwork : IDisposable
{
    private const string Device = "lab0";
    private readonly List<LabHost> _hosts = [];
    private readonly List<TunDevice> _devices = [];
    private readonly List<NetworkNamespace> _routers = [];
    private readonly Dictionary<LabHost, Action> _reboots = [];
    private readonly LabRouter _router;

    public LabNetwork(ulong seed)
    {
        Network = new Network(seed);
        _router = new LabRouter(Network);
    }

    /// <summary>The network of the packets. Do not touch it after <see cref="Start"/>.</summary>
    public Network Network { get; }

    public LabRouter Router => _router;

    /// <summary>Makes a host of the network a real machine with the same addresses.</summary>
    public LabHost AddHost(Node node)
    {
        LabHost host = AddHost(node.Name);
        host.Namespace.Ip("link set lo up");
        Attach(host.Namespace, node);
        _reboots.Add(host, () => _router.Post(now => Reboot(node, now)));
        return host;
    }

    /// <summary>
    /// Makes a host of the network a real Linux router that translates with nftables, and adds a machine behind it. This is the kernel's
    /// own NAT, not the simulated one.
    /// </summary>
    public LabHost AddHostBehindKernelNat(string name, Node routerNode, KernelNat nat, HostAddress inside)
    {
        var router = new NetworkNamespace(routerNode.Name);
        _routers.Add(router);
        Attach(router, routerNode);
        LabHost host = AddHost(name);
        nat.Set(router, Device, host.Namespace, inside);
        _reboots.Add(host, () => router.Run(KernelNat.ForgetFlows));
        return host;
    }

    /// <summary>
    /// Makes every NAT in front of the host forget everything, like a reboot that takes no time. The host does not notice.
    /// </summary>
    public void RebootNatsOf(LabHost host) => _reboots[host]();

    /// <summary>Begins to carry packets.</summary>
    public void Start() => _router.Start();

    public void Dispose()
    {
        _router.Dispose();
        foreach (TunDevice device in _devices) { device.Dispose(); }

        foreach (LabHost host in _hosts) { host.Dispose(); }

        foreach (NetworkNamespace router in _routers) { router.Dispose(); }
    }

    private static void Reboot(Node host, Instant now)
    {
        for (Node? node = host.Parent; node is not null; node = node.Parent) { (node.Middlebox as Simulation.Nat)?.Reboot(now); }
    }

    private LabHost AddHost(string name)
    {
        var host = new LabHost(name, new NetworkNamespace(name));
        _hosts.Add(host);
        return host;
    }

    private void Attach(NetworkNamespace space, Node node)
    {
        TunDevice device = space.Run(() => TunDevice.Open(Device));
        _devices.Add(device);
        _router.Attach(node, device);
        space.Ip([
            $"link set {Device} mtu {TunDevice.Mtu} addrgenmode none",
            .. node.Addresses.Select(address => $"address add {address}/{PrefixOf(address)} dev {Device}{(address.IsV6 ? " nodad" : "")}"),
            $"link set {Device} up",
            .. node.Addresses.Select(address => $"route replace {(address.IsV6 ? "::/0" : "0.0.0.0/0")} dev {Device}"),
        ]);
    }

    // A private network like that of a home router: neighbours are on one subnet. Public addresses stand alone.
    private static int PrefixOf(HostAddress address) => address.IsV6 ? 128 : address.IsPublic() ? 32 : 24;
}
