using Punch.Protocol.Candidates;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>The parts of the machine separately, each at its limit and one beyond.</summary>
public sealed class MeetPartsTests
{
    private static readonly Instant Now = Instant.At(TimeSpan.FromSeconds(100));
    private static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40001");

    [Fact]
    public void A_table_takes_no_more_targets_than_it_may()
    {
        var table = new TargetTable();
        for (ushort port = 1; port <= TargetTable.Capacity - TargetTable.ReflexiveCapacity - TargetTable.RelayedCapacity; port++)
        {
            Assert.NotNull(table.AddNamed(RouteTo(port), CandidateKind.Host, isNear: false));
        }

        Assert.Null(table.AddNamed(RouteTo(1000), CandidateKind.Host, isNear: false));
        for (ushort port = 4001; port <= 4000 + TargetTable.RelayedCapacity; port++)
        {
            Assert.NotNull(table.AddNamed(RouteTo(port), CandidateKind.Relayed, isNear: false));
        }

        Assert.Null(table.AddNamed(RouteTo(5000), CandidateKind.Relayed, isNear: false));
        ProbeTarget kept = table.AddReflexive(RouteTo(2000), isNear: false, Now, kept: null);
        for (ushort port = 2001; port <= 2000 + TargetTable.ReflexiveCapacity; port++)
        {
            table.AddReflexive(RouteTo(port), isNear: false, Now + TimeSpan.FromSeconds(port), kept);
        }

        Assert.Equal(TargetTable.Capacity, table.Count);
        Assert.NotNull(table.Find(RouteTo(2000)));
        Assert.Null(table.Find(RouteTo(2001)));
        Assert.NotNull(table.Find(RouteTo((ushort)(2000 + TargetTable.ReflexiveCapacity))));
        Assert.False(table.TryKeep(new ProbeTarget(RouteTo(3000), CandidateKind.Host, isNear: false)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_the_ports_that_a_search_took_none_stays_but_that_of_the_path(bool isPathV6)
    {
        TransportAddress v6 = TransportAddress.Parse("[::]:40001");
        var ports = new LocalPorts([Local, v6], seed: 3);
        TransportAddress[] fresh = [.. Enumerable.Range(0, 4).Select(_ => ports.TakeFresh(isV6: false))];
        TransportAddress path = isPathV6 ? v6 : fresh[1];

        Assert.True(ports.Release(path));
        Assert.False(ports.Release(path));

        Assert.All(fresh, port => Assert.Equal(port == path, ports.Owns(port)));
        Assert.True(ports.Owns(Local) && ports.Owns(v6));
        Assert.Equal((isPathV6 ? Local : path, v6), (ports.Current(isV6: false), ports.Current(isV6: true)));
    }

    [Fact]
    public void There_are_never_more_ports_than_may_be_and_the_first_is_kept()
    {
        var sockets = new LocalPorts([Local], seed: 3);
        var used = new HashSet<TransportAddress>();

        for (int i = 0; i < 100; i++)
        {
            TransportAddress fresh = sockets.TakeFresh(isV6: false);
            Assert.Equal(fresh, sockets.Current(isV6: false));
            Assert.NotEqual(Local, fresh);
            used.Add(fresh);
        }

        Assert.Equal(LocalPorts.MaxPorts - 1, used.Count);
        Assert.True(sockets.Owns(Local));
        Assert.False(sockets.TryDiscard(Local));
    }

    [Fact]
    public void A_port_that_can_not_be_had_is_given_up_for_another()
    {
        var sockets = new LocalPorts([Local], seed: 3);
        TransportAddress fresh = sockets.TakeFresh(isV6: false);

        Assert.True(sockets.TryDiscard(fresh));

        Assert.False(sockets.Owns(fresh));
        Assert.Equal(Local, sockets.Current(isV6: false));
    }

    [Fact]
    public void A_token_counts_once_and_for_the_newest_probes_only()
    {
        var tokens = new ProbeTokens(1, 2);
        var target = new ProbeTarget(RouteTo(1), CandidateKind.Host, isNear: false);
        ulong first = tokens.Issue(target, Now);

        Assert.Same(target, tokens.Redeem(first, out Instant sentAt));
        Assert.Equal(Now, sentAt);
        Assert.Null(tokens.Redeem(first, out _));
        Assert.Null(tokens.Redeem(0, out _));

        ulong old = tokens.Issue(target, Now);
        for (int i = 0; i < ProbeTokens.Size; i++) { tokens.Issue(target, Now); }

        Assert.Null(tokens.Redeem(old, out _));
    }

    [Fact]
    public void A_ladder_primes_first_where_it_should_and_then_probes_in_earnest()
    {
        Assert.Equal([(0, 2), (20, 3), (50, 3), (100, 4), (200, 0), (220, 0), (250, 0), (300, 0)], Climb(TimeSpan.FromMilliseconds(200), round: 0, count: 8));
        Assert.Equal([(0, 2), (20, 2), (50, 2), (100, 2), (200, 0)], Climb(TimeSpan.FromMilliseconds(200), round: 1, count: 5));
        Assert.Equal([(0, 4), (20, 5), (50, 5), (100, 6), (200, 0)], Climb(TimeSpan.FromMilliseconds(200), round: 7, count: 5));
        Assert.Equal([(0, 0), (20, 0), (50, 0), (100, 0), (200, 0), (400, 0), (800, 0), (1300, 0), (1800, 0)], Climb(TimeSpan.Zero, round: 0, count: 9));
    }

    [Theory]
    [InlineData("203.0.113.1:1", true)]
    [InlineData("203.0.113.1:0", false)]
    [InlineData("192.168.1.7:1", true)]
    [InlineData("192.168.1.255:1", false)]
    [InlineData("192.168.1.0:1", false)]
    [InlineData("[::192.168.7.7]:1", false)]
    [InlineData("[64:ff9b::192.168.7.7]:1", false)]
    [InlineData("[64:ff9b:1::7]:1", false)]
    [InlineData("[2001:0:1::7]:1", false)]
    [InlineData("[2002:c0a8:707::1]:1", false)]
    [InlineData("[fec0::7]:1", false)]
    [InlineData("192.168.2.7:1", false)]
    [InlineData("100.64.0.1:1", false)]
    [InlineData("127.0.0.1:1", false)]
    [InlineData("169.254.1.1:1", false)]
    [InlineData("224.0.0.1:1", false)]
    [InlineData("255.255.255.255:1", false)]
    [InlineData("0.0.0.0:1", false)]
    [InlineData("[2001:db8::1]:1", true)]
    [InlineData("[fd00:1::2]:1", true)]
    [InlineData("[fd00:2::2]:1", false)]
    [InlineData("[::1]:1", false)]
    [InlineData("[fe80::1]:1", false)]
    [InlineData("[ff02::1]:1", false)]
    [InlineData("[::]:1", false)]
    public void Only_public_addresses_and_those_of_own_subnets_are_probed(string address, bool isAllowed)
    {
        LocalAddress[] hosts = [new(HostAddress.Parse("192.168.1.2"), 24), new(HostAddress.Parse("fd00:1::1"), 64), new(HostAddress.Parse("127.0.0.1"), 8)];

        Assert.Equal(isAllowed, new DestinationPolicy { Hosts = hosts }.Allows(TransportAddress.Parse(address)));
    }

    private static (int Milliseconds, int HopLimit)[] Climb(TimeSpan priming, int round, int count)
    {
        var ladder = new ProbeLadder(Now, priming, round, new LadderPause(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(500), Seed: 1));
        var steps = new List<(int, int)>();
        for (Instant at = Now; steps.Count < count;)
        {
            (byte hopLimit, Instant next) = ladder.Advance(at);
            steps.Add(((int)(at - Now).TotalMilliseconds, hopLimit));
            at = next;
        }

        return [.. steps];
    }

    private static Route RouteTo(ushort port) => new(Local, new TransportAddress(HostAddress.Parse("203.0.113.1"), port));
}
