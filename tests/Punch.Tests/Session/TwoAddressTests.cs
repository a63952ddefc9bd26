using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A machine with several addresses replies from the one that the peer uses, as long as it has it.</summary>
public sealed class TwoAddressTests
{
    private static readonly LinkOptions Link = new() { Delay = TimeSpan.FromMilliseconds(12) };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("198.51.100.1", "203.0.113.2 203.0.113.9", "203.0.113.9", "198.51.100.1")]
    [InlineData("198.51.100.1", "203.0.113.2 203.0.113.9", "203.0.113.2", "198.51.100.1")]
    [InlineData("198.51.100.1 198.51.100.11", "203.0.113.2 203.0.113.9", "203.0.113.9", "198.51.100.11")]
    [InlineData("2001:db8:a::1", "2001:db8:b::2 2001:db8:b::9", "2001:db8:b::9", "2001:db8:a::1")]
    [InlineData("2001:db8:a::1 2001:db8:a::2", "2001:db8:b::2 2001:db8:b::9", "2001:db8:b::9", "2001:db8:a::2")]
    public void Two_that_name_one_of_several_addresses_reach_each_other(string a, string b, string namedByA, string namedByB)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var pair = new Pair(seed, a, b, [namedByA], [namedByB]);

            pair.Simulator.Check(pair.RunUntilOpen(Patience), $"open, seed {seed}");
        }
    }

    [Fact]
    public void A_path_goes_on_from_another_address_when_the_one_in_use_is_gone()
    {
        var pair = new Pair(1, "198.51.100.1", "203.0.113.2 203.0.113.9", ["203.0.113.9", "203.0.113.2"], ["198.51.100.1"]);
        pair.Simulator.Check(pair.RunUntilOpen(Patience), "open");
        HostAddress lost = pair.A.Path!.Value.Remote.Host;
        HostAddress kept = pair.HostB.Addresses.Single(address => address != lost);

        pair.Simulator.Network.Readdress(pair.HostB, [kept]);
        pair.Simulator.RunUntil(pair.Simulator.Now + TimeSpan.FromSeconds(30));

        pair.Simulator.Check(pair.A.Path?.Remote.Host == kept && pair.B.Path is not null, $"A is at {pair.A.Path}, B at {pair.B.Path}");
    }

    [Fact]
    public void A_forger_moves_no_proven_path_to_another_address()
    {
        var rig = new SessionRig();
        rig.Receive(SessionRig.Peer, SessionRig.Message(SessionRig.PeerId, 1));
        ReceiveAt(rig, "192.0.2.77", SessionRig.Padded(SessionRig.Message(SessionRig.PeerId, 2, (SessionRig.Id, rig.LastSequence))));
        Assert.Equal(HostAddress.Parse("192.0.2.77"), rig.Session.Path?.Source);

        ReceiveAt(rig, "192.0.2.78", SessionRig.Message(SessionRig.PeerId + 1, 1));
        ReceiveAt(rig, "192.0.2.78", SessionRig.Message(SessionRig.PeerId, 9));

        Assert.Equal(HostAddress.Parse("192.0.2.77"), rig.Session.Path?.Source);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Those_who_meet_send_from_the_address_that_the_peer_sends_to(bool isV6)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            (MeetPair pair, Node hostB) = Meet(seed, isV6);
            pair.Claim(pair.RunUntilOpen(Patience), "open");
            pair.Run(TimeSpan.FromSeconds(10));

            var sources = new HashSet<HostAddress>();
            pair.Simulator.Network.Observer += step => Note(sources, step, hostB);
            pair.Run(TimeSpan.FromSeconds(10));

            pair.Claim(sources.SetEquals([pair.Session(pair.A).Path!.Value.Remote.Host]), $"B sends from {string.Join(' ', sources)}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Those_who_meet_go_on_when_an_address_runs_out(bool isV6)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            (MeetPair pair, Node hostB) = Meet(seed, isV6);
            pair.Claim(pair.RunUntilOpen(Patience), "open");
            pair.Run(TimeSpan.FromSeconds(5));
            HostAddress lost = pair.Session(pair.A).Path!.Value.Remote.Host;
            HostAddress[] kept = [.. hostB.Addresses.Where(address => address != lost)];

            pair.Simulator.Network.Readdress(hostB, kept);
            pair.Run(TimeSpan.FromSeconds(25));

            pair.Claim(pair.AreOpen && pair.Session(pair.A).Path!.Value.Remote.Host == kept[0], $"A is at {pair.Session(pair.A).Path}");
        }
    }

    private static void ReceiveAt(SessionRig rig, string at, string text) =>
        rig.Session.Receive(
            new Datagram(SessionRig.Peer, SessionRig.Local, System.Text.Encoding.ASCII.GetBytes(text)) { At = HostAddress.Parse(at) }, rig.Now);

    private static void Note(HashSet<HostAddress> sources, in NetworkStep step, Node host)
    {
        bool isToPeer = step.Kind == StepKind.Sent && step.Where == host && step.Before.Destination.Port == MeetPair.LocalA.Port;
        if (isToPeer) { sources.Add(step.Before.Source.Host); }
    }

    // B sends from the first of its addresses by itself. The second is on A's subnet, so A prefers it.
    private static (MeetPair Pair, Node HostB) Meet(ulong seed, bool isV6)
    {
        var pair = new MeetPair(new MeetPairOptions { Seed = seed });
        string[] a = isV6 ? ["2001:db8:b::1"] : ["203.0.113.1"];
        string[] b = isV6 ? ["2001:db8:a::2", "2001:db8:b::9"] : ["198.51.100.2", "203.0.113.9"];
        Node hostA = pair.Simulator.Network.AddHost("a", pair.Simulator.Network.Internet, [.. a.Select(HostAddress.Parse)], pair.Link);
        Node hostB = pair.Simulator.Network.AddHost("b", pair.Simulator.Network.Internet, [.. b.Select(HostAddress.Parse)], pair.Link);
        pair.A = pair.Start("a", hostA, MeetPair.LocalA, Instant.Zero);
        pair.B = pair.Start("b", hostB, MeetPair.LocalB, Instant.At(TimeSpan.FromSeconds(1)));
        return (pair, hostB);
    }

    /// <summary>Two hosts on the Internet, each with several addresses of which the peer knows some.</summary>
    private sealed class Pair
    {
        private readonly SimulatedMachine<SessionEvent> _a;
        private readonly SimulatedMachine<SessionEvent> _b;

        public Pair(ulong seed, string a, string b, string[] namedByA, string[] namedByB)
        {
            Simulator = new Simulator(seed);
            Node hostA = AddHost("a", a);
            HostB = AddHost("b", b);
            _a = Start(hostA, namedByA, seed);
            _b = Start(HostB, namedByB, seed + 1000);
        }

        public Simulator Simulator { get; }

        public Node HostB { get; }

        public PeerSession A => (PeerSession)_a.Machine!;

        public PeerSession B => (PeerSession)_b.Machine!;

        public bool RunUntilOpen(TimeSpan atMost) => Simulator.RunUntil(
            () => _a.Machine is PeerSession { Path: not null } && _b.Machine is PeerSession { Path: not null }, Simulator.Now + atMost);

        private Node AddHost(string name, string addresses) =>
            Simulator.Network.AddHost(name, Simulator.Network.Internet, [.. addresses.Split(' ').Select(HostAddress.Parse)], Link);

        private SimulatedMachine<SessionEvent> Start(Node host, string[] named, ulong seed)
        {
            TransportAddress[] remotes = [.. named.Select(address => new TransportAddress(HostAddress.Parse(address), PairScenario.Port))];
            IReadOnlyList<TransportAddress> sockets = remotes[0].Host.IsV6 ? [new(HostAddress.AnyV6, PairScenario.Port)] : PairScenario.Sockets;
            return PairScenario.Start(Simulator, host, sockets, Instant.Zero, () =>
            {
                var ids = new SplitMix64(seed);
                return PairScenario.Options(remotes, ref ids) with { Locals = [sockets[0]], Seed = seed };
            });
        }
    }
}
