using Punch.Protocol.Candidates.Rendezvous;
using Punch.Simulation;
using Punch.Tests.Frames;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Session;

public sealed class MeetSecurityTests
{
    // The limit in the code: at most 50 a second to unproven places.
    private const int MostPerSecond = 50;

    [Fact]
    public void Replayed_changed_and_foreign_datagrams_change_nothing()
    {
        MeetPair pair = MeetPair.Of("open", "open", new MeetPairOptions { Seed = 1 });
        var heard = new List<Packet>();
        pair.Simulator.Network.Observer += step =>
        {
            if (step.Kind != StepKind.Delivered || step.Where != pair.SiteA.Host) { return; }

            heard.Add(step.After with { Payload = step.After.Payload.ToArray() });
        };
        pair.Simulator.RunUntil(Instant.At(TimeSpan.FromSeconds(8)));
        Packet[] recorded = [.. heard];
        Site attacker = NatPresets.Open.Attach(pair.Simulator.Network, "m", HostAddress.Parse("198.51.100.66"), pair.Link, 1);
        var random = new SplitMix64(1);
        int events = pair.A.Events.Count;
        int targets = pair.Session(pair.A).Finder.Targets.Count;
        Route? path = pair.Session(pair.A).Finder.Path;

        for (int i = 0; i < 4_000; i++)
        {
            Packet packet = recorded[random.NextInt(recorded.Length)];
            byte[] bytes = i % 3 == 0 ? packet.Payload.ToArray() : Mutate(packet.Payload.ToArray(), ref random);
            bool isForged = i % 2 == 0;
            TransportAddress from = isForged ? packet.Source : new TransportAddress(attacker.Address, 999);
            pair.Simulator.Schedule(pair.Simulator.Now + TimeSpan.FromMilliseconds(i), now =>
                pair.Simulator.Network.Send(attacker.Host, new Packet(from, packet.Destination, 64, bytes), now));
        }

        pair.Run(TimeSpan.FromSeconds(5));

        SessionEventKind[] kinds = [.. pair.A.Events.Skip(events).Select(e => e.Event.Kind).Distinct()];
        pair.Claim(kinds.Order().SequenceEqual([SessionEventKind.Sent, SessionEventKind.Received]), string.Join(", ", kinds));
        pair.Claim(pair.Session(pair.A).Finder.Targets.Count == targets && pair.Session(pair.A).Finder.Path == path, "the path is what it was");
        pair.Claim(pair.Session(pair.A).Statistics.Duplicates == 0, "no message came twice");
    }

    [Fact]
    public void No_bytes_that_a_server_or_a_peer_might_send_throw()
    {
        using var rig = new AgentRig();
        rig.Introduce("203.0.113.7:1000");
        var random = new SplitMix64(5);
        byte[][] seeds = [rig.Hello(1, "203.0.113.8:1").ToArray(), .. rig.Sent.Select(sent => sent.Bytes)];
        int targets = rig.Session.Finder.Targets.Count;

        for (int i = 0; i < 30_000; i++)
        {
            byte[] bytes = Mutate([.. seeds[random.NextInt(seeds.Length)]], ref random);
            rig.Receive(random.NextInt(2) == 0 ? AgentRig.Server : AgentRig.PeerSeen, bytes);
        }

        Assert.Equal(targets, rig.Session.Finder.Targets.Count);
        Assert.Null(rig.Session.Path);
    }

    [Fact]
    public void Unsolicited_indications_without_a_valid_seal_change_nothing()
    {
        using var rig = new AgentRig();
        rig.Answer();
        int events = rig.Events.Count;
        int sent = rig.Sent.Count;
        byte[] forged = rig.Hello(0, "203.0.113.9:9").ToArray();
        forged[^1] ^= 1;

        rig.ReceiveNotice(forged);
        rig.ReceiveNotice(rig.Hello(0, "203.0.113.9:9"), party: new PartyId(77));
        rig.ReceiveNotice(rig.Hello(0, "203.0.113.9:9"), party: MeetingRig.Low);
        rig.Answer(rig.Hello(0, "203.0.113.9:9"), id: TransactionId.FromBytes(StunBytes.Id));
        rig.Answer(error: StunErrorCode.Forbidden, id: TransactionId.FromBytes(StunBytes.Id));
        rig.Answer(error: StunErrorCode.StaleNonce, id: TransactionId.FromBytes(StunBytes.Id));

        Assert.Equal(events, rig.Events.Count);
        Assert.Equal(sent, rig.Sent.Count);
        Assert.Null(rig.Peer);
        Assert.False(rig.Session.IsEnded);
    }

    [Fact]
    public void An_old_hello_is_not_taken_for_a_new_one()
    {
        using var rig = new AgentRig();
        byte[] old = rig.Hello(0, "203.0.113.9:9").ToArray();
        rig.Introduce("203.0.113.10:10");

        rig.ReceiveNotice(old);

        Assert.DoesNotContain(rig.Sent, sent => sent.Transmit.To == TransportAddress.Parse("203.0.113.9:9"));
    }

    [Fact]
    public void A_party_that_comes_back_after_another_gets_no_counter_twice_and_no_frame_of_it_counts_again()
    {
        using var rig = new AgentRig();
        byte[] first = rig.Hello(0).ToArray();
        rig.Introduce();
        byte[] goodbye = rig.Frames.Frame(FrameType.Goodbye, []);
        rig.Receive(AgentRig.PeerSeen, goodbye);
        Assert.True(rig.Session.Finder.State == PathState.Parted);

        // A server that has an old hello of a party can alternate between the two.
        for (int i = 0; i < 3; i++)
        {
            var other = new PartyId((UInt128)77);
            rig.Sleep(TimeSpan.FromSeconds(3));
            rig.ReceiveNotice(rig.HelloOf(other), party: other);
            Assert.Equal(other, rig.Peer!.Id);
            rig.Advance(300);
            rig.Sleep(TimeSpan.FromSeconds(3));
            rig.ReceiveNotice(first);
            Assert.Equal(MeetingRig.High, rig.Peer!.Id);
            rig.Advance(300);
        }

        string[] nonces = [.. rig.SentToOthers.Select(sent => Convert.ToHexString(sent.Bytes.AsSpan(0, 13)))];
        Assert.True(nonces.Length > 20, $"{nonces.Length} frames");
        Assert.Distinct(nonces);
        rig.Receive(AgentRig.PeerSeen, goodbye);
        Assert.False(rig.Session.Finder.State == PathState.Parted);
    }

    [Fact]
    public void A_peer_that_a_server_introduces_again_after_many_others_cannot_replay_its_frames()
    {
        using var rig = new AgentRig();
        byte[] hello = rig.Hello(0).ToArray();
        rig.Introduce();
        byte[] goodbye = rig.Frames.Frame(FrameType.Goodbye, []);
        rig.Receive(AgentRig.PeerSeen, goodbye);
        Assert.Equal(PathState.Parted, rig.Session.Finder.State);

        for (int i = 1; i <= 20; i++)
        {
            rig.Sleep(TimeSpan.FromSeconds(3));
            rig.ReceiveNotice(rig.HelloOf(new PartyId((UInt128)i)), party: new PartyId((UInt128)i));
            rig.Advance(300);
        }

        rig.Sleep(TimeSpan.FromSeconds(3));
        rig.ReceiveNotice(hello);
        Assert.Equal(MeetingRig.High, rig.Peer!.Id);
        rig.Receive(AgentRig.PeerSeen, goodbye);

        Assert.NotEqual(PathState.Parted, rig.Session.Finder.State);
        Assert.Equal(rig.Now - TimeSpan.FromSeconds(3 * 21) - TimeSpan.FromMilliseconds(300 * 20), rig.Session.Finder.HeardAt);
    }

    [Fact]
    public void A_peer_that_takes_another_key_is_met_anew_over_the_path_that_was_open()
    {
        using var rig = new AgentRig();
        rig.Introduce();
        rig.AnswerProbe(AgentRig.PeerSeen, rig.TokensSentTo(AgentRig.PeerSeen)[^1]);
        Assert.NotNull(rig.Session.Path);

        rig.TakeAnotherKey();
        rig.ReceiveNotice(rig.Hello(0));

        Assert.Null(rig.Session.Path);
        rig.AnswerProbe(AgentRig.PeerSeen, rig.TokensSentTo(AgentRig.PeerSeen)[^1]);
        Assert.NotNull(rig.Session.Path);
        Assert.Equal(2, rig.Events.Count(e => e.Kind == SessionEventKind.Opened));
    }

    [Fact]
    public void The_servers_get_a_new_key_of_this_side_at_once()
    {
        using var rig = new AgentRig();
        byte[] hello = rig.Hello(0).ToArray();
        rig.Introduce();
        string first = rig.PublicKeyInLastJoin();
        var other = new PartyId((UInt128)77);
        rig.Sleep(TimeSpan.FromSeconds(3));
        rig.ReceiveNotice(rig.HelloOf(other), party: other);
        Assert.Equal(first, rig.PublicKeyInLastJoin());

        rig.Sleep(TimeSpan.FromSeconds(3));
        rig.ReceiveNotice(hello);

        Assert.NotEqual(first, rig.PublicKeyInLastJoin());
    }

    [Theory]
    [InlineData(Introductions.StrangersAtOnce - 1, true)]
    [InlineData(Introductions.StrangersAtOnce, false)]
    public void Forged_notices_cause_a_limited_number_of_tries_and_hide_no_reply_of_the_server(int forged, bool isHeard)
    {
        using var rig = new AgentRig();
        byte[] hello = rig.Hello(0).ToArray();
        for (int i = 0; i < forged; i++) { rig.ReceiveNotice(hello, party: new PartyId((UInt128)(i + 1))); }

        rig.ReceiveNotice(hello);

        Assert.Equal(isHeard, rig.Peer is not null);
        rig.Answer(hello);
        Assert.NotNull(rig.Peer);
    }

    [Fact]
    public void The_private_key_is_nowhere_but_in_the_session()
    {
        byte[] scalar = [.. MeetingRig.LowRandom];

        using var rig = new AgentRig(options => options.Meeting(target => target with { Scalar = scalar }));

        Assert.All(scalar, each => Assert.Equal(0, each));
    }

    [Fact]
    public void Addresses_that_nobody_may_name_are_never_probed()
    {
        string[] victims =
        [
            "127.0.0.1:22", "0.0.0.0:1", "224.0.0.1:5353", "255.255.255.255:67", "169.254.169.254:80", "10.1.2.3:445", "192.168.1.255:9",
            "172.16.0.1:80", "100.64.0.1:80", "203.0.113.20:0", "240.0.0.1:1", "192.168.1.2:40001", "[::1]:22", "[ff02::1]:1", "[fe80::1]:1",
            "192.168.2.7:80",
        ];
        using var rig = new AgentRig();

        rig.Introduce(victims);
        rig.ReceiveNotice(rig.Hello(0, "192.168.1.9:7"), TransportAddress.Parse("127.0.0.1:22"));
        rig.ReceiveNotice(rig.Hello(0, "192.168.1.8:7"), TransportAddress.Parse("10.0.0.1:22"));
        rig.Advance(40_000);

        string[] tried = [.. rig.SentToOthers.Select(sent => sent.Transmit.To.ToString()).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["192.168.1.8:7", "192.168.1.9:7", AgentRig.PeerSeen.ToString()], tried);
    }

    [Theory]
    [InlineData("198.51.100.1:50002", true)]
    [InlineData("203.0.113.2:50002", false)]
    public void Private_addresses_off_every_subnet_are_tried_where_a_server_sees_both_sides_at_one_address(string seen, bool isTried)
    {
        using var rig = new AgentRig();
        TransportAddress inner = TransportAddress.Parse("172.17.0.2:40001");
        rig.Introduce();
        rig.ReceiveNotice(rig.Hello(1, inner.ToString(), "10.9.8.255:7"), TransportAddress.Parse(seen));
        rig.Advance(35_000);

        int most = rig.SentToOthers.GroupBy(sent => sent.Transmit.To).Max(place => place.Count());
        int probes = rig.Sent.Count(sent => sent.Transmit.To == inner);
        Assert.True(isTried ? probes >= 7 && probes <= most : probes == 0, $"{probes} probes");
        Assert.Equal(isTried ? 0 : 2, rig.Session.Outcome.Untried.Count);
    }

    [Fact]
    public void All_private_addresses_are_tried_where_the_user_says_so_and_no_others()
    {
        using var rig = new AgentRig(options => options with { Target = ((SessionTarget.Meeting)options.Target) with { TriesPrivate = true } });

        rig.Introduce(
            "10.1.2.3:7", "172.17.0.2:7", "192.168.2.7:7", "100.64.0.1:7", "[fd12::7]:7", "127.0.0.1:22", "169.254.169.254:80", "224.0.0.1:5353",
            "192.168.1.255:9", "100.100.100.200:80", "[fd00:ec2::254]:80", "[fd20:ce::254]:80", "192.0.0.192:80", "240.0.0.1:1", "10.1.2.3:0");
        rig.Advance(35_000);

        string[] tried = [.. rig.SentToOthers.Select(sent => sent.Transmit.To.ToString()).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["10.1.2.3:7", "100.64.0.1:7", "172.17.0.2:7", "192.168.2.7:7", AgentRig.PeerSeen.ToString()], tried);
    }

    [Fact]
    public void A_private_address_with_a_route_of_its_own_is_tried_and_as_often_as_others()
    {
        using var rig = new AgentRig();
        rig.Introduce("10.1.2.3:7", "10.1.2.4:7");
        rig.Advance(1_000);
        Assert.DoesNotContain(rig.SentToOthers, sent => sent.Transmit.To.Host == HostAddress.Parse("10.1.2.3"));

        rig.Session.Note(NetworkNotice.RoutesFound(new HashSet<HostAddress> { HostAddress.Parse("10.1.2.3") }), rig.Now);
        rig.Receive(AgentRig.Server, []);
        rig.Advance(35_000);

        int most = rig.SentToOthers.GroupBy(sent => sent.Transmit.To).Max(place => place.Count());
        Assert.InRange(rig.Sent.Count(sent => sent.Transmit.To == TransportAddress.Parse("10.1.2.3:7")), 5, most);
        Assert.DoesNotContain(rig.SentToOthers, sent => sent.Transmit.To.Host == HostAddress.Parse("10.1.2.4"));
        Assert.Equal(["10.1.2.4:7"], rig.Session.Outcome.Untried.Select(address => address.ToString()));
    }

    [Fact]
    public void A_network_that_is_down_costs_no_port_and_ports_that_cannot_be_bound_are_replaced_slowly()
    {
        using var rig = new AgentRig();
        rig.Introduce();
        for (int i = 0; i < 100; i++) { rig.Session.Note(NetworkNotice.SendFailed(AgentRig.Local, AgentRig.Server), rig.Now); }

        rig.Advance(10_000);
        int rounds = rig.Events.Count(e => e.Kind == SessionEventKind.FreshPort);
        for (int i = 0; i < 100; i++)
        {
            TransportAddress newest = rig.Sent.Last(sent => sent.Transmit.To == AgentRig.Server).Transmit.From;
            rig.Session.Note(NetworkNotice.SendFailed(newest, AgentRig.Server, isUnbound: true), rig.Now);
            rig.Receive(AgentRig.Server, []);
            rig.Advance(1);
        }

        Assert.InRange(rounds, 1, 6);
        Assert.InRange(rig.Events.Count(e => e.Kind == SessionEventKind.FreshPort) - rounds, 1, 4);
    }

    [Fact]
    public void A_server_on_this_machine_may_name_peers_on_this_machine()
    {
        TransportAddress seen = TransportAddress.Parse("127.0.0.1:50002");

        var policy = new DestinationPolicy();
        Assert.True(policy.AllowsSeen(seen, TransportAddress.Parse("127.0.0.1:3478")));
        Assert.False(policy.AllowsSeen(seen, AgentRig.Server));
        Assert.False(policy.Allows(seen));
    }

    [Fact]
    public void However_many_addresses_a_peer_names_few_are_tried_at_a_time_and_no_more_than_fifty_datagrams_a_second_go_there()
    {
        using var rig = new AgentRig();
        rig.Introduce([.. Enumerable.Range(1, Hello.MaxCandidates).Select(i => $"203.0.113.{i}:{i}")]);
        Assert.Equal(TargetTable.Capacity - TargetTable.ReflexiveCapacity - TargetTable.RelayedCapacity, rig.Session.Finder.Targets.Count);

        for (int i = 0; i < 1000; i++)
        {
            rig.ReceiveNotice(rig.Hello((byte)(i / 10), [.. Enumerable.Range(1, Hello.MaxCandidates).Select(k => $"198.18.{i % 250}.{k}:{k}")]));
            rig.Advance(10);
            Assert.InRange(rig.Session.Finder.Targets.Count, 1, TargetTable.Capacity);
        }

        rig.Advance(20_000);
        Assert.InRange(rig.BusiestSecond(), 10, MostPerSecond);
        Assert.InRange(rig.Sent.Select(sent => sent.Transmit.From).Distinct().Count(), 2, LocalPorts.MaxPorts + 1);
        Assert.InRange(rig.Events.Count(e => e.Kind == SessionEventKind.Trying), 1, EventQueue.MaxTrying);
    }

    [Fact]
    public void A_peer_that_probes_from_everywhere_gets_few_answers_and_little_memory()
    {
        using var rig = new AgentRig();
        rig.Introduce();

        for (int i = 0; i < 10_000; i++)
        {
            rig.Probe(new TransportAddress(HostAddress.FromBytes([198, 18, (byte)(i / 250), (byte)(i % 250)]), (ushort)(1000 + (i % 60_000))), (ulong)i + 1);
            rig.Advance(0.5);
        }

        Assert.InRange(rig.Session.Finder.Targets.Count, TargetTable.ReflexiveCapacity, TargetTable.Capacity);
        Assert.InRange(rig.BusiestSecond(), 10, MostPerSecond);
    }

    [Fact]
    public void Tokens_that_were_never_sent_prove_nothing()
    {
        using var rig = new AgentRig();
        rig.Introduce("203.0.113.7:1000");
        TransportAddress victim = TransportAddress.Parse("203.0.113.7:1000");
        List<ulong> known = rig.TokensSentTo(AgentRig.PeerSeen);
        Assert.NotEmpty(known);

        rig.AnswerProbe(victim, known[0] + 1);
        rig.AnswerProbe(victim, 0);
        rig.AnswerProbe(victim, ulong.MaxValue);
        Assert.Null(rig.Session.Path);

        // A token proves the place that its probe was sent to, wherever the answer comes from. It counts once.
        rig.AnswerProbe(victim, known[0]);
        Assert.Equal(AgentRig.PeerSeen, rig.Session.Path?.Remote);
    }

    [Fact]
    public void A_peer_that_stops_replying_gets_nothing_after_four_seconds()
    {
        using var rig = new AgentRig();
        rig.Introduce();
        rig.AnswerProbe(AgentRig.PeerSeen, rig.TokensSentTo(AgentRig.PeerSeen)[^1]);
        Assert.NotNull(rig.Session.Path);

        // It goes on sending, but answers no probe, so nothing shows that it consents.
        for (int i = 0; i < 45; i++)
        {
            rig.Frame(AgentRig.PeerSeen, FrameType.Payload, []);
            rig.Advance(100);
        }

        Assert.Null(rig.Session.Path);
        Assert.Contains(rig.Events, e => e.Kind == SessionEventKind.Suspected);
        Assert.Contains(rig.Events, e => e.Kind == SessionEventKind.Closed);
        Assert.All(rig.Events.Where(e => e.Kind == SessionEventKind.Received), e => Assert.Equal(DatagramKind.Plain, e.Datagram));
    }

    [Fact]
    public void A_party_without_the_code_is_reported_and_ends_the_wait_in_time()
    {
        using var rig = new AgentRig();
        byte[] forged = rig.Hello(0).ToArray();
        forged[10] ^= 1;

        rig.Answer(forged);
        rig.Advance(20_000);
        Assert.False(rig.Session.IsEnded);
        rig.Advance(20_000);

        Assert.True(rig.Session.IsEnded);
        Assert.Equal((SessionResult.PeerRejected, HelloRejection.BrokenSeal), (rig.Session.Outcome.Result, rig.Session.Outcome.Rejection));
        Assert.Single(rig.Events, e => e.Kind == SessionEventKind.PeerRejected);
    }

    private static byte[] Mutate(byte[] bytes, ref SplitMix64 random)
    {
        switch (random.NextInt(3))
        {
            case 0 when bytes.Length > 0: return bytes[..random.NextInt(bytes.Length)];
            case 1: return [.. bytes, (byte)random.NextInt(256)];
            default:
                if (bytes.Length > 0) { bytes[random.NextInt(bytes.Length)] ^= (byte)(1 + random.NextInt(255)); }

                return bytes;
        }
    }
}
