using Punch.Serving;
using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Punch.Tests.Frames;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Two that share a link and nothing but link-local addresses meet, and nobody else's link is probed.</summary>
public sealed class LinkLocalTests
{
    private const uint Link = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_meet_by_a_server_that_has_a_link_local_address_alone(bool isServerBesideB)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var ids = new SplitMix64(seed);
            var simulator = new Simulator(seed);
            Node router = simulator.Network.AddRouter("link", simulator.Network.Internet, new PlainRouter(), new LinkOptions());
            Node a = Host(simulator, router, "a", "fe80::a");
            Node b = Host(simulator, router, "b", "fe80::b");
            Node serving = isServerBesideB ? b : Host(simulator, router, "server", "fe80::5");
            var server = new TransportAddress(serving.Addresses[0], 3478);
            simulator.Start<ServerEvent>(serving, [server], Instant.Zero, _ => MeetingScenario.Server([server], seed));
            var sessions = new List<PeerSession>();
            Start(simulator, a, 40_001, server, sessions, ids.Next());
            Start(simulator, b, 50_002, server, sessions, ids.Next());

            bool isOpen = simulator.RunUntil(() => sessions is [{ Path: not null }, { Path: not null }], Instant.At(TimeSpan.FromSeconds(3)));

            simulator.Check(isOpen, $"open, seed {seed}");
            simulator.Check(sessions[0].Path!.Value.Remote == new TransportAddress(b.Addresses[0], 50_002), $"A is at {sessions[0].Path}");
        }
    }

    [Theory]
    [InlineData("[fe80::1]:9", 0, false)]
    [InlineData("[fe80::1%3]:9", 0, false)]
    [InlineData("[fe80::1]:9", 3, false)]
    [InlineData("[fe80::1%3]:9", 3, true)]
    [InlineData("[fe80::1%4]:9", 3, false)]
    [InlineData("169.254.169.254:80", 3, false)]
    [InlineData("[fe80::1%3]:0", 3, false)]
    [InlineData("[ff02::1%3]:9", 3, false)]
    public void Only_link_local_addresses_of_the_servers_link_are_tried(string address, uint link, bool isAllowed)
    {
        LocalAddress[] hosts = [new(HostAddress.Parse("fe80::2%3"), 64), new(HostAddress.Parse("fe80::2%4"), 64)];
        var policy = new DestinationPolicy { Hosts = hosts, Link = link };
        var server = TransportAddress.Parse(link == 0 ? "192.0.2.1:3478" : $"[fe80::5%{link}]:3478");

        Assert.Equal(isAllowed, policy.Allows(TransportAddress.Parse(address)));
        Assert.Equal(isAllowed, policy.AllowsSeen(TransportAddress.Parse(address), server));
    }

    [Fact]
    public void What_others_name_is_on_the_servers_link_where_it_is_link_local_and_else_stays()
    {
        var policy = new DestinationPolicy { Link = Link };

        Assert.Equal(TransportAddress.Parse("[fe80::1%3]:9"), policy.OnLink(TransportAddress.Parse("[fe80::1]:9")));
        foreach (string other in new[] { "[2001:db8::1]:9", "192.0.2.1:9", "169.254.1.1:9", "[fe80::1%4]:9" })
        {
            Assert.Equal(TransportAddress.Parse(other), policy.OnLink(TransportAddress.Parse(other)));
        }

        Assert.Equal(TransportAddress.Parse("[fe80::1]:9"), new DestinationPolicy().OnLink(TransportAddress.Parse("[fe80::1]:9")));
    }

    [Fact]
    public void Two_links_have_one_prefix_and_are_not_near_each_other()
    {
        var own = new LocalAddress(HostAddress.Parse("fe80::2%3"), 64);

        Assert.True(own.IsNear(HostAddress.Parse("fe80::1%3")));
        Assert.False(own.IsNear(HostAddress.Parse("fe80::1%4")));
        Assert.False(own.IsNear(HostAddress.Parse("fe80::1")));
    }

    private static Node Host(Simulator simulator, Node router, string name, string address) =>
        simulator.Network.AddHost(name, router, [HostAddress.Parse(address).WithScope(Link)], new LinkOptions { Delay = TimeSpan.FromMilliseconds(1) });

    private static void Start(Simulator simulator, Node host, ushort port, TransportAddress server, List<PeerSession> sessions, ulong seed)
    {
        TransportAddress[] locals = [new(HostAddress.AnyV6, port)];
        PairScenario.Start(simulator, host, locals, Instant.At(TimeSpan.FromMilliseconds(10)), MakeOptions, Keep);

        SessionOptions MakeOptions()
        {
            var ids = new SplitMix64(seed);
            SessionTarget target = MeetingScenario.Target(MeetingRig.Code(), [server], host, ref ids);
            return PairScenario.Options([], ref ids) with { Target = target, Locals = locals };
        }

        IProtocol<SessionEvent> Keep(PeerSession session)
        {
            sessions.Add(session);
            return session;
        }
    }
}
