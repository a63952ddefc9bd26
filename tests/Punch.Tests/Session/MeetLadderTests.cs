using Punch.Protocol.Candidates.Transports;
using Punch.Serving.Relay;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Meetings on networks that drop UDP: the server is reached by a stream, and its relay carries the path.</summary>
public sealed class MeetLadderTests
{
    private static readonly TransportAddress Udp443 = MeetPair.Server with { Port = 3479 };
    private static readonly TransportAddress Tcp = MeetPair.Server with { Transport = Transport.Tcp };
    private static readonly TransportAddress Tls = new(MeetPair.Server.Host, 443, Transport.Tls);
    private static readonly TransportAddress Web = new(MeetPair.Server.Host, 443, Transport.WebSocket);
    private static readonly TransportAddress[] Ways = [Udp443, Tcp, Tls, Web];

    private static readonly string[] WayNames = ["tcp", "tls", "wss"];

    private readonly Dictionary<char, TunnelMachine> _tunnels = [];

    [Fact]
    public void Each_way_begins_400_ms_after_the_one_before_which_goes_on()
    {
        MeetPair pair = Start(new TunnelNetwork { DialTime = TimeSpan.FromSeconds(6) });

        pair.Run(TimeSpan.FromSeconds(5));

        double[] at = [.. _tunnels['a'].Requests.Select(each => (each.At - Instant.Zero).TotalMilliseconds)];
        Assert.Equal([800, 1200, 1600], at);
        Assert.Equal([Tcp, Tls, Web], _tunnels['a'].Requests.Select(each => each.Request.Remote));
    }

    [Theory]
    [InlineData("tcp", 1.05)]
    [InlineData("tls", 1.45)]
    [InlineData("wss", 1.85)]
    public void A_side_without_UDP_meets_by_the_first_way_that_opens_and_is_relayed(string way, double answerWithin)
    {
        MeetPair pair = Start(new TunnelNetwork { Refusal = remote => remote.ToString().StartsWith(way) ? null : "connection refused" });

        bool areOpen = pair.RunUntilOpen(TimeSpan.FromSeconds(6));

        pair.Claim(areOpen, "open");
        Assert.Equal(Via.Relay, pair.Session(pair.A).Path!.Value.Via);
        Assert.StartsWith(way, pair.Session(pair.A).Path!.Value.Remote.ToString());
        Instant answered = MeetPair.When(pair.A, SessionEventKind.ServerAnswered)!.Value;
        pair.Claim(answered <= Instant.At(TimeSpan.FromSeconds(answerWithin)), $"answered at {answered}");
        Assert.Single(_tunnels['a'].Open);
    }

    public static TheoryData<string, string> EveryKindAndWay =>
        [.. from kind in MeetCells.All from way in WayNames select (kind, way)];

    public static TheoryData<string, string> EveryTwoWays =>
        [.. from one in WayNames from other in WayNames select (one, other)];

    [Theory]
    [MemberData(nameof(EveryKindAndWay))]
    public void Every_kind_of_network_meets_a_side_without_UDP_in_either_order(string kind, string way)
    {
        foreach (double gap in (double[])[0, 700])
        {
            ClaimRelayed(Start(OnlyBy(way), kinds: ("linux", kind), gap: gap), $"{way} waits for {kind}");
            ClaimRelayed(Start(null, OnlyBy(way), kinds: (kind, "linux"), gap: gap), $"{kind} waits for {way}");
        }
    }

    [Theory]
    [MemberData(nameof(EveryTwoWays))]
    public void Two_sides_without_UDP_meet_by_every_two_ways(string one, string other)
    {
        foreach (double gap in (double[])[0, 700])
        {
            ClaimRelayed(Start(OnlyBy(one), OnlyBy(other), gap: gap), $"{one} waits for {other}");
        }
    }

    [Fact]
    public void A_side_without_UDP_names_its_TCP_port_and_both_sides_dial_each_other()
    {
        var own = new TransportAddress(HostAddress.AnyV4, 62_000, Transport.Tcp);
        bool Leads(TransportAddress remote) => remote.Host == MeetPair.Server.Host;
        MeetPair pair = Start(
            new TunnelNetwork { Refusal = remote => remote == Tcp ? null : "no reply" },
            new TunnelNetwork { IsUdpBlocked = () => false, Refusal = remote => Leads(remote) ? null : "no reply" },
            adjust: meeting => meeting with { Streams = [own] });

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(6)), "relayed");
        pair.Run(TimeSpan.FromSeconds(6));

        StreamRequest[] byA = [.. Dials('a', own.Port, Leads)];
        StreamRequest[] byB = [.. Dials('b', own.Port, Leads)];
        Assert.NotEmpty(byA);
        Assert.NotEmpty(byB);
        Assert.All(byB, request => Assert.Equal(own.Port, request.Remote.Port));
    }

    private IEnumerable<StreamRequest> Dials(char side, ushort local, Func<TransportAddress, bool> leads) =>
        _tunnels[side].Requests.Select(each => each.Request)
            .Where(request => request.Action == StreamAction.Open && request.Local?.Port == local && !leads(request.Remote));

    [Fact]
    public void Two_sides_on_different_ways_meet()
    {
        MeetPair pair = Start(
            new TunnelNetwork { Refusal = remote => remote == Web ? null : "no reply" },
            new TunnelNetwork { Refusal = remote => remote == Tcp ? null : "no reply" });

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(6)), "open");
        pair.Run(TimeSpan.FromMinutes(5));

        pair.Claim(pair.AreOpen, "open after five minutes");
        pair.Claim(MeetPair.When(pair.A, SessionEventKind.Closed) is null, "never closed");
    }

    [Fact]
    public void The_way_that_worked_before_is_tried_at_once()
    {
        MeetPair pair = Start(new TunnelNetwork(), adjust: meeting => meeting with { KnownWay = Web });

        pair.Run(TimeSpan.FromMilliseconds(350));

        Assert.Equal((Instant.Zero, Web), (_tunnels['a'].Requests[0].At, _tunnels['a'].Requests[0].Request.Remote));
        Assert.NotNull(MeetPair.When(pair.A, SessionEventKind.ServerAnswered));
        pair.Run(TimeSpan.FromSeconds(5));
        Assert.Single(_tunnels['a'].Requests);
    }

    [Fact]
    public void A_server_that_answers_over_UDP_makes_no_stream()
    {
        MeetPair pair = Start(new TunnelNetwork { IsUdpBlocked = () => false });

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(4)), "open");
        pair.Run(TimeSpan.FromMinutes(1));

        Assert.Empty(_tunnels['a'].Requests);
        Assert.Equal(Via.Socket, pair.Session(pair.A).Path!.Value.Via);
    }

    [Fact]
    public void Another_UDP_port_is_enough()
    {
        var network = new TunnelNetwork { IsUdpBlocked = () => false, DropsPort = port => port == MeetPair.Server.Port };
        MeetPair pair = Start(network);

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(4)), "open");

        Assert.Empty(_tunnels['a'].Open);
    }

    [Fact]
    public void A_stream_is_closed_once_UDP_works_and_the_path_becomes_direct()
    {
        bool isBlocked = true;
        MeetPair pair = Start(new TunnelNetwork { IsUdpBlocked = () => isBlocked });
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(6)), "open");
        isBlocked = false;

        bool isDirect = pair.Simulator.RunUntil(
            () => _tunnels['a'].Open.Count == 0 && pair.Session(pair.A).Path is { Via: Via.Socket }, pair.Simulator.Now + TimeSpan.FromMinutes(2));

        pair.Claim(isDirect, "direct, and no stream is open");
    }

    [Fact]
    public void A_network_that_begins_to_drop_UDP_makes_the_session_climb()
    {
        bool isBlocked = false;
        MeetPair pair = Start(new TunnelNetwork { IsUdpBlocked = () => isBlocked });
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(4)), "open");
        pair.Run(TimeSpan.FromSeconds(5));
        isBlocked = true;
        Instant at = pair.Simulator.Now;

        bool isBack = pair.Simulator.RunUntil(() => pair.Session(pair.A).Path is { Remote.IsStream: true }, at + TimeSpan.FromSeconds(60));

        pair.Claim(isBack, "relayed over a stream");
    }

    [Fact]
    public void A_stream_that_breaks_is_dialed_again_and_the_conversation_goes_on()
    {
        bool isUp = true;
        MeetPair pair = Start(new TunnelNetwork { Refusal = remote => isUp && remote == Tls ? null : "connection refused" });
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(6)), "open");
        isUp = false;
        Instant at = pair.Simulator.Now;
        pair.Simulator.Schedule(at, now => _tunnels['a'].Break(Tls, now));
        pair.Simulator.Schedule(at + TimeSpan.FromSeconds(2), _ => isUp = true);

        bool isBack = pair.Simulator.RunUntil(
            () => MeetPair.When(pair.A, SessionEventKind.Opened, at + TimeSpan.FromTicks(1)) is not null && pair.AreOpen, at + TimeSpan.FromSeconds(5));

        pair.Claim(isBack, "open again within 5 s");
        double[] dials = [.. _tunnels['a'].Requests.Where(each => each.Request.Remote == Tls && each.At > at).Select(each => Math.Round((each.At - at).TotalSeconds, 1))];
        Assert.Equal([1, 3.1], dials);
    }

    [Fact]
    public void Without_any_way_the_session_ends_and_names_each_with_its_reason()
    {
        MeetPair pair = Start(new TunnelNetwork { Refusal = remote => $"{remote.Transport} is no good" });

        pair.Simulator.RunUntil(() => pair.Find(pair.A) is { IsEnded: true }, Instant.At(TimeSpan.FromSeconds(30)));

        SessionOutcome outcome = pair.Session(pair.A).Outcome;
        Assert.Equal(SessionResult.ServerSilent, outcome.Result);
        Assert.Equal(
            [new WayOutcome(Udp443, null), new(Tcp, "Tcp is no good"), new(Tls, "Tls is no good"), new(Web, "WebSocket is no good")], outcome.Ways);
        Assert.Equal(Instant.At(TimeSpan.FromSeconds(10)), MeetPair.When(pair.A, SessionEventKind.Ended));
    }

    [Fact]
    public void A_side_that_insists_on_a_way_that_fails_ends_after_the_second_attempt()
    {
        MeetPair pair = Start(
            new TunnelNetwork { Refusal = _ => "the certificate expired" }, adjust: meeting => meeting with { Servers = [], Ways = [Tls] });

        pair.Simulator.RunUntil(() => pair.Find(pair.A) is { IsEnded: true }, Instant.At(TimeSpan.FromSeconds(30)));

        Assert.Equal([new WayOutcome(Tls, "the certificate expired")], pair.Session(pair.A).Outcome.Ways);
        Assert.True(MeetPair.When(pair.A, SessionEventKind.Ended) <= Instant.At(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_side_that_insists_on_a_stream_meets_by_it_alone_and_may_be_direct()
    {
        MeetPair pair = Start(
            new TunnelNetwork { IsUdpBlocked = () => false }, adjust: meeting => meeting with { Servers = [], Ways = [Tls] });

        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(6)), "open");

        Assert.Equal([Tls], _tunnels['a'].Open);
    }

    [Fact]
    public void A_stream_that_another_part_opened_to_the_server_is_left_open()
    {
        var ladder = new TransportLadder([Tcp], hasUdp: true, remembered: null, Instant.Zero);

        ladder.Note(NetworkNotice.StreamOpened(MeetPair.LocalA with { Transport = Transport.Tcp }, Tcp), Instant.Zero);
        ladder.Follow(isUdp: true, [], Instant.Zero);

        Assert.False(ladder.TryStream(out _));
        Assert.False(ladder.TryChange(out _));
    }

    [Fact]
    public void The_ladder_is_bounded()
    {
        TransportAddress[] many = [.. Enumerable.Range(1, 100).Select(port => Tcp with { Port = (ushort)port })];
        MeetPair pair = Start(new TunnelNetwork { Refusal = _ => "no" }, adjust: meeting => meeting with { Ways = many });

        pair.Run(TimeSpan.FromSeconds(9));

        Assert.Equal(16, _tunnels['a'].Requests.Select(each => each.Request.Remote).Distinct().Count());
    }

    private static TunnelNetwork OnlyBy(string way) =>
        new() { Refusal = remote => remote.ToString().StartsWith(way, StringComparison.Ordinal) ? null : "connection refused" };

    private static void ClaimRelayed(MeetPair pair, string claim)
    {
        pair.Claim(pair.RunUntilOpen(TimeSpan.FromSeconds(8)), claim);
        foreach (var side in new[] { pair.A, pair.B })
        {
            pair.Claim(pair.Session(side).Path is { Via: Via.Relay }, $"{claim}: {side.Host} is relayed");
        }
    }

    private MeetPair Start(
        TunnelNetwork? a,
        TunnelNetwork? b = null,
        Func<SessionTarget.Meeting, SessionTarget.Meeting>? adjust = null,
        (string A, string B)? kinds = null,
        double gap = 500) =>
        MeetPair.Of(kinds?.A ?? "linux", kinds?.B ?? "port-restricted", new MeetPairOptions
        {
            Seed = 7,
            Gap = TimeSpan.FromMilliseconds(gap),
            Relay = new RelayOptions(),
            AdjustA = options => a is null ? options : Adjust(options, adjust),
            AdjustB = options => b is null ? options : Adjust(options, adjust),
            Wrap = (side, session) => (side == 'a' ? a : b) is { } network
                ? _tunnels[side] = new TunnelMachine(session, network, 61_000)
                : session,
        });

    private static SessionOptions Adjust(SessionOptions options, Func<SessionTarget.Meeting, SessionTarget.Meeting>? adjust)
    {
        var meeting = (SessionTarget.Meeting)options.Target with { Ways = Ways };
        return options with { Target = adjust?.Invoke(meeting) ?? meeting };
    }
}
