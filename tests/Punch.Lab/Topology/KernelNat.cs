using System.Globalization;
using Punch.Lab.Linux;
using Punch.Protocol;

namespace Punch.Lab.Topology;

/// <summary>What the router does with packets from outside that belong to no flow: its INPUT policy.</summary>
internal enum Unsolicited
{
    /// <summary>As home routers do. The router does not remember them.</summary>
    Drop,

    /// <summary>
    /// As container hosts and hotspots do. The router makes a flow entry, which can take the port that an inside host needs.
    /// </summary>
    Accept,
}

/// <summary>The mode of nftables masquerade.</summary>
internal enum Masquerade
{
    /// <summary>The source port is kept if it is free.</summary>
    Preserving,

    /// <summary>Every flow gets a random source port.</summary>
    FullyRandom,
}

/// <summary>A Linux home router: nftables masquerade, and no forwarding of new flows from outside.</summary>
internal sealed record KernelNat(Masquerade Masquerade, Unsolicited Unsolicited)
{
    /// <summary>Makes the namespace the router of the host. The namespace already has its outside device.</summary>
    public void Set(NetworkNamespace router, string outsideDevice, NetworkNamespace host, HostAddress inside)
    {
        string via = GatewayOf(inside);
        router.Ip(
            "link set lo up",
            $"link add inside type veth peer name lab0 netns {host.Path}",
            $"address add {via}/24 dev inside",
            "link set inside up");
        host.Ip("link set lo up", $"address add {inside}/24 dev lab0", "link set lab0 up", $"route add default via {via}");
        _ = router.Run(() => Configure(outsideDevice));
    }

    /// <summary>Replaces the private address of a host behind such a router.</summary>
    public static void Readdress(NetworkNamespace host, HostAddress inside) =>
        host.Ip("address flush dev lab0", $"address add {inside}/24 dev lab0", $"route add default via {GatewayOf(inside)}");

    private static string GatewayOf(HostAddress inside)
    {
        byte[] gateway = inside.ToIPAddress().GetAddressBytes();
        gateway[3] = 254;
        return string.Join('.', gateway.Select(part => part.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Forgets every flow of the router. The calling thread must be in its namespace.</summary>
    public static string ForgetFlows() => Tool.Run("conntrack", ["--flush"], "");

    private string Configure(string outsideDevice)
    {
        // /proc/sys/net shows the namespace of the thread that opens it.
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        return Tool.Run("nft", ["-f", "-"], Rules(outsideDevice));
    }

    private string Rules(string outsideDevice) => $$"""
        table ip lab {
          chain translate_in {
            type nat hook prerouting priority -100
          }
          chain translate {
            type nat hook postrouting priority 100
            oifname "{{outsideDevice}}" masquerade {{(Masquerade == Masquerade.FullyRandom ? "fully-random" : "")}}
          }
          chain input {
            type filter hook input priority 0
            iifname "{{outsideDevice}}" ct state new {{(Unsolicited == Unsolicited.Drop ? "drop" : "accept")}}
          }
          chain between {
            type filter hook forward priority 0
            iifname "{{outsideDevice}}" ct state new drop
            oifname "{{outsideDevice}}" ip daddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 } drop
          }
        }
        """;
}
