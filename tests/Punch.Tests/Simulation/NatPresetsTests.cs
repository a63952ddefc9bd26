using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

public sealed class NatPresetsTests
{
    private const string ServerHost = "203.0.113.5";

    /// <summary>
    /// The name; whether it has one mapping for all destinations and preserves the inside port; whether, after one packet to the server, it
    /// lets in the server's other port and another host.
    /// </summary>
    public static TheoryData<string, bool, bool, bool, bool> Kinds() => new()
    {
        { "open", true, true, true, true },
        { "firewall", true, true, false, false },
        { "full-cone", true, false, true, true },
        { "full-cone-preserving", true, true, true, true },
        { "address-restricted", true, false, true, false },
        { "port-restricted", true, false, false, false },
        { "port-preserving", true, true, false, false },
        { "linux", true, true, false, false },
        { "carrier", true, false, false, false },
        { "adm", false, false, false, false },
        { "symmetric-eif", false, false, true, true },
        { "symmetric-sequential", false, false, false, false },
        { "symmetric-random", false, false, false, false },
    };

    [Fact]
    public void Every_kind_of_access_has_its_preset() =>
        Assert.All(AccessKinds.All, kind => Assert.Equal(kind.Name(), NatPresets.Of(kind).Name));

    [Fact]
    public void The_table_names_every_preset() =>
        Assert.Equal(NatPresets.All.Select(preset => preset.Name), Kinds().Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_preset_behaves_as_its_name_says(string name, bool isEim, bool preserves, bool otherPort, bool otherHost)
    {
        var rig = new NetworkRig();
        Assert.True(AccessKinds.TryFind(name, out AccessKind kind));
        Site site = NatPresets.Of(kind).Attach(rig.Network, "a", NatRig.WanAddress, NetworkRig.Delay(10), 5);
        Node server = rig.Host("server", rig.Network.Internet, ServerHost);
        Node other = rig.Host("other", rig.Network.Internet, "203.0.113.9");
        string local = $"{site.Address}:6311";

        rig.Send(site.Host, local, $"{ServerHost}:1000");
        TransportAddress mapped = Assert.Single(rig.Drain()).Packet.Source;
        bool Reaches(Node from, string source)
        {
            rig.Send(from, source, mapped.ToString(), at: 1);
            return rig.Drain().Exists(delivery => delivery.To == site.Host && delivery.Packet.Destination.ToString() == local);
        }

        Assert.Equal(NatRig.WanAddress, mapped.Host);
        Assert.Equal(preserves, mapped.Port == 6311);
        Assert.True(Reaches(server, $"{ServerHost}:1000"));
        Assert.Equal(otherPort, Reaches(server, $"{ServerHost}:1001"));
        Assert.Equal(otherHost, Reaches(other, "203.0.113.9:1000"));
        rig.Send(site.Host, local, "203.0.113.77:1", at: 2);
        rig.Send(site.Host, local, "203.0.113.9:1", at: 2);
        Assert.Equal(isEim, Assert.Single(rig.Drain()).Packet.Source == mapped);
    }

    [Theory]
    [InlineData("udp-blocked", true, true, true)]
    [InlineData("only-443", false, true, false)]
    [InlineData("only-proxy", false, false, true)]
    public void A_blocked_network_lets_out_TCP_alone_and_not_to_every_port(string name, bool toAny, bool to443, bool toProxy)
    {
        var rig = new NetworkRig();
        NatPreset preset = NatPresets.Blocked.Single(preset => preset.Name == name);
        Site site = preset.Attach(rig.Network, "a", NatRig.WanAddress, NetworkRig.Delay(10), 5);
        Node server = rig.Host("server", rig.Network.Internet, ServerHost);
        var local = new TransportAddress(site.Address, 6311, Transport.Tcp);

        bool Passes(ushort port, Transport transport)
        {
            var remote = new TransportAddress(HostAddress.Parse(ServerHost), port, transport);
            rig.Network.Send(site.Host, new Packet(local with { Transport = transport }, remote, 64, new byte[] { 1 }), Instant.Zero);
            return rig.Drain() is [var delivery] && delivery.To == server && delivery.Packet.Source.Transport == transport;
        }

        Assert.Equal((toAny, to443, toProxy), (Passes(3478, Transport.Tcp), Passes(443, Transport.Tcp), Passes(OutletFilter.ProxyPort, Transport.Tcp)));
        Assert.All(new ushort[] { 3478, 443, OutletFilter.ProxyPort }, port => Assert.False(Passes(port, Transport.Udp)));
    }

    [Fact]
    public void An_unknown_name_is_not_found() => Assert.False(AccessKinds.TryFind("tin-can", out _));

    [Fact]
    public void Names_are_distinct() =>
        Assert.Equal(NatPresets.All.Count, NatPresets.All.Select(preset => preset.Name).Distinct().Count());

    [Fact]
    public void Sites_of_the_same_kind_stand_side_by_side()
    {
        var network = new Network(1);
        foreach ((int index, NatPreset preset) in NatPresets.All.Concat(NatPresets.All).Index())
        {
            var address = HostAddress.Parse($"198.51.100.{index + 1}");
            Site site = preset.Attach(network, $"site{index}", address, new LinkOptions(), (ulong)index);

            Assert.Equal(preset.IsTranslated, site.Address != site.PublicAddress);
            Assert.Equal(site.Router, site.Host.Parent);
        }
    }
}
