using Punch.Lab.Linux;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Topology;

/// <summary>
/// A simulated network with real machines: build it with the Add methods, then <see cref="Start"/>, then start processes on its hosts.
/// Everything is gone after <see cref="Dispose"/>, and after the death of this process too.
/// </summary>
internal sealed class LabNetwork : IDisposable
{
    private const string Device = "lab0";
    private readonly List<LabHost> _hosts = [];
    private readonly List<TunDevice> _devices = [];
    private readonly List<NetworkNamespace> _routers = [];
    private readonly LabRouter _router;

    public LabNetwork(ulong seed)
    {
        Network = new Network(seed);
        _router = new LabRouter(Network);
    }

    /// <summary>The network the packets go through; not to be touched after <see cref="Start"/>.</summary>
    public Network Network { get; }

    public LabRouter Router => _router;

    /// <summary>A machine with these addresses on a link to the parent.</summary>
    public LabHost AddHost(string name, Node parent, IReadOnlyList<HostAddress> addresses, LinkOptions uplink)
    {
        var host = new LabHost(name, new NetworkNamespace(name));
        _hosts.Add(host);
        host.Namespace.Ip("link set lo up");
        Attach(host.Namespace, name, parent, addresses, uplink);
        return host;
    }

    /// <summary>A machine behind a Linux router that translates with nftables: the kernel's own NAT, not the simulated one.</summary>
    public LabHost AddHostBehindKernelNat(string name, Node parent, KernelNat nat, HostAddress inside, HostAddress outside, LinkOptions uplink)
    {
        var router = new NetworkNamespace($"{name} router");
        _routers.Add(router);
        Attach(router, $"{name} router", parent, [outside], uplink);
        var host = new LabHost(name, new NetworkNamespace(name));
        _hosts.Add(host);
        nat.Set(router, Device, host.Namespace, inside);
        return host;
    }

    /// <summary>Begins to carry packets.</summary>
    public void Start() => _router.Start();

    public void Dispose()
    {
        _router.Dispose();
        foreach (TunDevice device in _devices) { device.Dispose(); }

        foreach (LabHost host in _hosts) { host.Dispose(); }

        foreach (NetworkNamespace router in _routers) { router.Dispose(); }
    }

    private void Attach(NetworkNamespace space, string name, Node parent, IReadOnlyList<HostAddress> addresses, LinkOptions uplink)
    {
        TunDevice device = space.Run(() => TunDevice.Open(Device));
        _devices.Add(device);
        space.Ip([
            $"link set {Device} mtu {TunDevice.Mtu} addrgenmode none",
            .. addresses.Select(address => $"address add {address} dev {Device}{(address.IsV6 ? " nodad" : "")}"),
            $"link set {Device} up",
            .. addresses.Select(address => $"route replace {(address.IsV6 ? "::/0" : "0.0.0.0/0")} dev {Device}"),
        ]);
        _router.Attach(Network.AddHost(name, parent, addresses, uplink), device);
    }
}
