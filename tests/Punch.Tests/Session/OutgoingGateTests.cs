using Xunit;

namespace Punch.Tests.Session;

/// <summary>For any input, datagrams to unproven places stay within policy and budget.</summary>
public sealed class OutgoingGateTests
{
    private const int Scenes = 60;
    private const int Steps = 200;

    private static readonly string[] Places =
    [
        "169.254.169.254:80", "10.1.2.3:445", "192.168.1.255:9", "192.168.1.9:7", "172.16.0.1:80", "100.64.0.1:80", "203.0.113.20:0",
        "127.0.0.1:22", "0.0.0.1:1", "224.0.0.1:5353", "255.255.255.255:67", "240.0.0.1:1", "203.0.113.9:9", "198.51.100.7:53",
        "198.18.0.1:123", "203.0.113.2:50002", "203.0.113.2:50003", "192.0.2.1:22",
        "[fe80::1]:22", "[fe80::1%2]:22", "[2001:db8::9]:22",
    ];

    private static readonly LocalAddress[] Hosts = [new(HostAddress.Parse("192.168.1.2"), 24)];

    [Fact]
    public void A_rerouted_frame_causes_few_datagrams_and_none_to_forbidden_addresses()
    {
        foreach (string from in Places)
        {
            using var rig = new AgentRig();
            rig.Introduce();
            TransportAddress place = TransportAddress.Parse(from);
            if (place == AgentRig.PeerSeen) { continue; }

            rig.Probe(place, token: 5);
            rig.Advance(40_000);

            int sent = rig.Sent.Count(each => each.Transmit.To == place);
            bool isPublic = place is { Host: var host, Port: not 0 } && (host.IsPublic() || place == TransportAddress.Parse("192.168.1.9:7"));
            Assert.True(isPublic ? sent is >= 1 and <= 3 : sent == 0, $"{from}: {sent}");
        }
    }

    [Fact]
    public void A_meeting_sends_within_policy_and_budget_whatever_comes()
    {
        int unproven = 0;
        for (int scene = 0; scene < Scenes; scene++) { unproven += Meet((ulong)scene); }

        Assert.True(unproven > Scenes * 20, $"only {unproven} datagrams were judged");
    }

    [Fact]
    public void A_session_by_address_sends_within_policy_and_budget_whatever_comes()
    {
        for (int scene = 0; scene < Scenes; scene++) { Punch((ulong)scene); }
    }

    [Fact]
    public void A_discovery_sends_within_policy_and_budget_whatever_servers_say()
    {
        for (int scene = 0; scene < Scenes; scene++) { Discover((ulong)scene); }
    }

    private static int Meet(ulong seed)
    {
        var random = new SplitMix64(seed);
        var audit = new OutgoingAudit(Hosts, AgentRig.Server);
        using var rig = new AgentRig();
        string[] named = [.. Places.Where(_ => random.NextInt(2) == 0).Take(Hello.MaxCandidates)];
        audit.Named.UnionWith([.. Places.Select(TransportAddress.Parse)]);
        audit.Named.RemoveWhere(place => !named.Contains(place.ToString()) && place != AgentRig.PeerSeen);
        rig.Introduce(named);
        int judged = 0;
        for (int step = 0; step < Steps; step++)
        {
            TransportAddress from = TransportAddress.Parse(Places[random.NextInt(Places.Length)]);
            byte[] body = new byte[random.NextInt(60)];
            for (int i = 0; i < body.Length; i++) { body[i] = (byte)random.NextInt(256); }

            Act(rig, audit, from, body, ref random);
            rig.Advance(random.NextInt(400));
            for (; judged < rig.Sent.Count; judged++) { audit.Send(rig.Sent[judged].Transmit, rig.Sent[judged].At, $"scene {seed}"); }
        }

        return audit.Count;
    }

    private static void Act(AgentRig rig, OutgoingAudit audit, TransportAddress from, byte[] body, ref SplitMix64 random)
    {
        const int ProbeBytes = AnswerFrame.Length + SealedSession.Overhead;
        switch (random.NextInt(7))
        {
            case 0:
                audit.Receive(from, ProbeBytes);
                rig.Probe(from, random.Next());
                break;
            case 1:
                audit.Receive(from, ProbeBytes);
                rig.AnswerProbe(from, random.Next(), random.Next());
                break;
            case 2:
                audit.Receive(from, body.Length + SealedSession.Overhead);
                rig.Frame(from, (FrameType)(1 + random.NextInt(5)), body);
                break;
            case 3:
                rig.Receive(from, body);
                break;
            case 4:
                rig.Receive(AgentRig.Server, body);
                break;
            case 5:
                audit.Named.Add(from);
                rig.ReceiveNotice(rig.Hello((byte)random.NextInt(4)), from);
                break;
            default:
                rig.Session.Note(NetworkNotice.HostsChanged(Hosts), rig.Now);
                break;
        }
    }

    private static void Punch(ulong seed)
    {
        var random = new SplitMix64(seed);
        var rig = new SessionRig();
        TransportAddress[] typed = [SessionRig.Peer, .. Enumerable.Range(1, 19).Select(i => SessionRig.Peer with { Port = (ushort)(6311 + i) })];
        var audit = new OutgoingAudit([], typed);
        int judged = 0;
        for (int step = 0; step < Steps; step++)
        {
            TransportAddress from = random.NextInt(3) == 0
                ? TransportAddress.Parse(Places[random.NextInt(Places.Length)])
                : SessionRig.Peer with { Port = (ushort)random.NextInt(30) };
            (ulong, uint)? seen = random.NextInt(2) == 0 ? (random.Next(), (uint)random.NextInt(20)) : null;
            string text = SessionRig.Message(random.Next(), (uint)random.NextInt(100), seen);
            text = random.NextInt(4) == 0 ? text[..random.NextInt(text.Length)] : text;
            if (from.Host == SessionRig.Peer.Host) { audit.Receive(from, text.Length); }

            rig.Receive(from, text);
            rig.Advance(random.NextInt(400));
            for (; judged < rig.Sent.Count; judged++)
            {
                (TransportAddress to, string sent, Instant at) = rig.Sent[judged];
                audit.Send(new Transmit(SessionRig.Local, to, sent.Length), at, $"scene {seed}");
            }
        }
    }

    private static void Discover(ulong seed)
    {
        var random = new SplitMix64(seed);
        TransportAddress server = TransportAddress.Parse("192.0.2.1:3478");
        TransportAddress[] sockets = [.. Enumerable.Range(0, NatDiscoveryOptions.SocketCount).Select(i => TransportAddress.Parse($"0.0.0.0:{40_000 + i}"))];
        Instant now = Instant.At(TimeSpan.FromSeconds(100));
        var machine = new NatDiscovery(
            new NatDiscoveryOptions { Servers = [new DiscoveryServer(server, null)], Sockets = sockets, IdKey = (seed, 2), TestsHairpin = true, Hosts = Hosts }, now);
        var audit = new OutgoingAudit(Hosts, server);
        foreach (string place in Places)
        {
            TransportAddress address = TransportAddress.Parse(place);
            audit.Named.UnionWith([address, address with { Port = server.Port }, server with { Port = address.Port }]);
        }

        byte[] buffer = new byte[65_535];
        while (!machine.IsEnded)
        {
            var replies = new List<(TransportAddress To, byte[] Bytes)>();
            while (machine.TryTransmit(buffer, out Transmit transmit))
            {
                audit.Send(transmit, now, $"scene {seed}");
                if (transmit.To == server) { replies.Add((transmit.From, Reply(buffer.AsSpan(8, 12), ref random))); }
            }

            foreach ((TransportAddress to, byte[] bytes) in replies) { machine.Receive(new Datagram(server, to, bytes), now); }

            if (replies.Count == 0 && machine.NextTimeout is { } next)
            {
                now = next > now ? next : now;
                machine.Timeout(now);
            }
        }
    }

    private static byte[] Reply(ReadOnlySpan<byte> id, ref SplitMix64 random)
    {
        byte[] buffer = new byte[200];
        TransportAddress mapped = TransportAddress.Parse(Places[random.NextInt(Places.Length)]);
        TransportAddress other = TransportAddress.Parse(Places[random.NextInt(Places.Length)]);
        Assert.True(StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Success, TransactionId.FromBytes(id), out StunWriter writer));
        Assert.True(writer.TryWriteXorMappedAddress(mapped) && writer.TryWriteAddress(StunAttributeType.OtherAddress, other));
        return buffer[..writer.Length];
    }
}
