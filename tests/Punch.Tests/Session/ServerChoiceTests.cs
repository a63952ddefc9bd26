using Punch.Serving;
using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>A server with several addresses, some of them dead, and one that moves.</summary>
public sealed class ServerChoiceTests
{
    private static readonly TransportAddress Dead = TransportAddress.Parse("192.0.2.200:3478");
    private static readonly TransportAddress Other = TransportAddress.Parse("192.0.2.50:3478");
    private static readonly TransportAddress AlsoDead = TransportAddress.Parse("192.0.2.201:3478");

    [Fact]
    public void A_dead_address_of_the_server_costs_less_than_half_a_second()
    {
        MeetPair pair = Pair([Dead, MeetPair.Server]);

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "a path opens");

        Assert.InRange(MeetPair.When(pair.A, SessionEventKind.ServerAnswered)!.Value - Instant.Zero, TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(600));
    }

    [Fact]
    public void Every_address_is_tried_in_turn()
    {
        MeetPair pair = Pair([Dead, AlsoDead, MeetPair.Server]);

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(10)), "a path opens");
    }

    [Fact]
    public void Two_sides_that_first_reach_different_servers_of_one_name_still_meet()
    {
        var pair = new MeetPair(NatPresets.PortRestricted, NatPresets.PortRestricted, new MeetPairOptions
        {
            Seed = 1,
            AdjustA = options => With(options, [MeetPair.Server, Other]),
            AdjustB = options => With(options, [Other]),
        });

        Node host = pair.Simulator.Network.AddHost("other", pair.Simulator.Network.Internet, [Other.Host], pair.Link);
        pair.Simulator.Start<ServerEvent>(host, [Other], Instant.Zero, _ => MeetingScenario.Server([Other], 9));

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(20)), "a path opens");
    }

    [Fact]
    public void A_server_that_moved_is_found_at_its_new_address()
    {
        using var rig = new AgentRig();
        rig.Answer();
        rig.Advance(60_000);
        rig.Session.Note(NetworkNotice.ServersChanged([Dead]), rig.Now);
        int before = rig.Sent.Count;
        rig.Advance(5_000);

        Assert.NotEmpty(rig.Sent.Skip(before));
        Assert.All(rig.Sent.Skip(before), sent => Assert.Equal(Dead, sent.Transmit.To));
    }

    [Fact]
    public void Names_with_many_addresses_are_bounded()
    {
        using var rig = new AgentRig();
        rig.Session.Note(NetworkNotice.ServersChanged([.. Enumerable.Range(1, 100).Select(i => TransportAddress.Parse($"192.0.2.{i}:3478"))]), rig.Now);
        rig.Advance(20_000);

        Assert.InRange(rig.Sent.Select(sent => sent.Transmit.To).Distinct().Count(), 2, 8);
    }

    private static MeetPair Pair(TransportAddress[] servers) => new(NatPresets.PortRestricted, NatPresets.PortRestricted, new MeetPairOptions
    {
        Seed = 1,
        AdjustA = options => With(options, servers),
        AdjustB = options => With(options, servers),
    });

    private static SessionOptions With(SessionOptions options, TransportAddress[] servers) =>
        options with { Target = (SessionTarget.Meeting)options.Target with { Servers = servers } };
}
