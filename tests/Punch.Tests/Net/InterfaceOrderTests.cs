using Punch.Net.Addresses;
using Punch.Protocol.Candidates.Interfaces;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>The usable addresses of a machine come before those of twenty container bridges.</summary>
public sealed class InterfaceOrderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("punch").FullName;

    [Fact]
    public void The_rank_follows_use()
    {
        HostAddress v4 = HostAddress.Parse("192.168.1.2");
        HostAddress v6 = HostAddress.Parse("2001:db8::2");
        (HostAddress, InterfaceTraits)[] best =
        [
            (v4, new(HasDefaultRoute: true, InterfaceLink.Bridge, HasCarrier: true)),
            (v6, new(false, InterfaceLink.Physical, true)),
            (v4, new(false, InterfaceLink.Physical, true)),
            (v4, new(false, InterfaceLink.Other, true)),
            (v6, new(false, InterfaceLink.Bridge, true)),
            (v4, new(true, InterfaceLink.Physical, HasCarrier: false)),
        ];

        Assert.Equal(Enumerable.Range(0, best.Length), best.Select(each => AddressOrder.Rank(each.Item1, each.Item2)));
    }

    [Fact]
    public void Routes_and_links_are_read_from_the_files_of_Linux()
    {
        Write("proc/net/route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\n"
            + "br7\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\neth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\n");
        Write("proc/net/ipv6_route", new string('0', 32) + " 00 " + new string('0', 32) + " 00 fe80 00000400 00000001 00000000 00000003 wg0\n");
        Directory.CreateDirectory(Path.Combine(_root, "sys/class/net/br7/bridge"));
        Directory.CreateDirectory(Path.Combine(_root, "sys/class/net/eth0/device"));
        var facts = new LinuxInterfaceFacts(_root);

        Assert.Equal(new InterfaceTraits(true, InterfaceLink.Physical, true), facts.Of("eth0", hasCarrier: true));
        Assert.Equal(new InterfaceTraits(false, InterfaceLink.Bridge, true), facts.Of("br7", hasCarrier: true));
        Assert.Equal(new InterfaceTraits(true, InterfaceLink.Other, false), facts.Of("wg0", hasCarrier: false));
    }

    [Fact]
    public void Files_that_are_hidden_or_odd_prefer_nothing()
    {
        Write("proc/net/route", "\n\0 x\n\t\t\t\n");

        Assert.Equal(new InterfaceTraits(false, InterfaceLink.Other, true), new LinuxInterfaceFacts(_root).Of("eth0", hasCarrier: true));
    }

    [Fact]
    public void Without_a_list_the_own_address_is_the_one_towards_the_server()
    {
        HostAddress? towards = LocalRoute.Towards(TransportAddress.Parse("192.0.2.1:9"));

        Assert.Equal(towards is { IsLoopback: false } own ? [own] : [], LocalInterfaces.ByRoute([]).Select(each => each.Address).Where(each => !each.IsV6));
        Assert.All(LocalInterfaces.ByRoute([TransportAddress.Parse("127.0.0.1:9")]), each => Assert.False(each.Address.IsLoopback));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string file, string text)
    {
        string path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
