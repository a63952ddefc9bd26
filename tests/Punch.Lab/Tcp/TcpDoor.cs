using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Tcp;

/// <summary>What stands before a host, as a SYN that nobody there asked for finds it. All of it is the kernel's own.</summary>
public enum TcpDoor
{
    /// <summary>Nothing. The host refuses while nothing listens.</summary>
    Open,

    /// <summary>A firewall on the host that drops it.</summary>
    Firewall,

    /// <summary>A home router, which keeps ports and drops it.</summary>
    HomeDrops,

    /// <summary>A router that keeps ports and answers it with RST, as those do that accept packets for themselves.</summary>
    HomeRefuses,
}

/// <summary>A host behind a door, at the end of a delay line.</summary>
internal sealed class TcpHost : IDisposable
{
    private const string Device = "lab0";
    private readonly NetworkNamespace _outer;

    public TcpHost(string name, TcpDoor door, HostAddress address)
    {
        _outer = new NetworkNamespace($"{name} outside");
        Line = _outer.Run(() => TunDevice.Open(Device));
        _outer.Ip(
            "link set lo up",
            $"link set {Device} mtu 1500",
            $"address add {address}/32 dev {Device}",
            $"link set {Device} up",
            $"route replace default dev {Device}");
        if (door is TcpDoor.Open or TcpDoor.Firewall)
        {
            Host = new LabHost(name, _outer);
            if (door == TcpDoor.Firewall) { _ = _outer.Run(() => Tool.Run("nft", ["-f", "-"], Firewall)); }

            return;
        }

        Host = new LabHost(name, new NetworkNamespace(name));
        Unsolicited unsolicited = door == TcpDoor.HomeDrops ? Unsolicited.Drop : Unsolicited.Accept;
        new KernelNat(Masquerade.Preserving, unsolicited).Set(_outer, Device, Host.Namespace, HostAddress.Parse("192.168.1.2"));
    }

    /// <summary>The end of the delay line.</summary>
    public TunDevice Line { get; }

    /// <summary>Where its processes run.</summary>
    public LabHost Host { get; }

    public void Dispose()
    {
        if (Host.Namespace != _outer) { Host.Dispose(); }

        _outer.Dispose();
    }

    private const string Firewall = $$"""
        table ip lab {
          chain input {
            type filter hook input priority 0
            iifname "{{Device}}" ct state new drop
          }
        }
        """;
}
