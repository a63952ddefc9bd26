using Punch.Protocol;
using Punch.Protocol.Nat;

namespace Punch.Simulation;

/// <summary>
/// A named kind of network access: what stands between a host and the Internet. It is at most one firewall, or a chain of NATs.
/// </summary>
public sealed record NatPreset
{
    /// <summary>The name that users type, such as <c>port-restricted</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A description in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The filtering of a firewall without translation; none if there is no firewall.</summary>
    public Filtering Firewall { get; init; }

    /// <summary>
    /// The NATs, the outermost first; empty if nothing is translated. <see cref="CreateMiddleboxes"/> fills in their public addresses.
    /// </summary>
    public IReadOnlyList<NatOptions> Nats { get; init; } = [];

    /// <summary>What the network lets out through its NATs.</summary>
    public Outlet Outlet { get; init; }

    /// <summary>Whether a host here has a private address.</summary>
    public bool IsTranslated => Nats.Count > 0;

    /// <summary>The middleboxes of this access, the outermost first; never empty.</summary>
    /// <param name="outside">The public addresses of the outermost NAT. NATs further in have a <see cref="CarrierAddress"/>.</param>
    /// <param name="seed">The seed of random ports.</param>
    public IReadOnlyList<IMiddlebox> CreateMiddleboxes(IReadOnlyList<HostAddress> outside, ulong seed)
    {
        if (Firewall != Filtering.None) { return [new Firewall(new FirewallOptions { Filtering = Firewall })]; }

        if (!IsTranslated) { return [new PlainRouter()]; }

        var seeds = new SplitMix64(seed);
        var chain = new List<IMiddlebox>();
        foreach (NatOptions nat in Nats)
        {
            chain.Add(new Nat(nat with { PublicAddresses = chain.Count == 0 ? outside : [CarrierAddress(chain.Count)] }, seeds.Next()));
        }

        if (Outlet != Outlet.Everything) { chain.Add(new OutletFilter(Outlet)); }

        return chain;
    }

    /// <summary>The outside address of the NAT at this depth in a chain, from 1 for the second: 100.64.0.1 and on (RFC 6598).</summary>
    public static HostAddress CarrierAddress(int depth) => HostAddress.FromBytes([100, 64, 0, (byte)depth]);

    /// <summary>Adds this access to a network: its routers, and a host behind them.</summary>
    /// <param name="network">The network to add it to.</param>
    /// <param name="name">
    /// The name of the host. Its routers are <c>name-nat</c> (the innermost), <c>name-nat2</c> and so on outwards.
    /// </param>
    /// <param name="publicAddress">The address of the outermost NAT; without NATs, of the host.</param>
    /// <param name="uplink">The link from the outermost router to the Internet. The links inside cost one hop and no time.</param>
    /// <param name="seed">The seed of random ports.</param>
    public Site Attach(Network network, string name, HostAddress publicAddress, LinkOptions uplink, ulong seed)
    {
        IReadOnlyList<IMiddlebox> middleboxes = CreateMiddleboxes([publicAddress], seed);
        Node router = network.Internet;
        for (int i = 0; i < middleboxes.Count; i++)
        {
            int fromInside = middleboxes.Count - i;
            string routerName = fromInside == 1 ? $"{name}-nat" : $"{name}-nat{fromInside}";
            router = network.AddRouter(routerName, router, middleboxes[i], i == 0 ? uplink : new LinkOptions());
        }

        HostAddress address = IsTranslated ? PrivateAddress : publicAddress;
        return new Site(router, network.AddHost(name, router, [address], new LinkOptions()), address, publicAddress);
    }

    private static readonly HostAddress PrivateAddress = HostAddress.Parse("192.168.1.2");
}

/// <summary>A host behind its access, as <see cref="NatPreset.Attach"/> added them.</summary>
/// <param name="Router">The innermost router. Add more hosts of the same LAN here.</param>
/// <param name="Host">The host.</param>
/// <param name="Address">The host's own address.</param>
/// <param name="PublicAddress">The address by which the Internet knows it.</param>
public readonly record struct Site(Node Router, Node Host, HostAddress Address, HostAddress PublicAddress);
