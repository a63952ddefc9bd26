using System.Diagnostics.CodeAnalysis;
using Punch.Serving.Stun;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Discovery;

/// <summary>Servers that are incomplete, wrong, or hostile.</summary>
public sealed class DiscoveryServerTests
{
    [Fact]
    public void With_a_plain_server_some_findings_stay_unknown()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortPreserving).Serve(DiscoveryRig.A1P1);

        NatReport report = rig.Run(DiscoveryRig.A1P1);

        Assert.Equal(3, report.Primary.Mapping.Candidates.Count);
        Assert.Equal(UnknownReason.OneServerAddress, report.Primary.Mapping.Reason);
        Assert.Equal(UnknownReason.NoOtherSource, report.Primary.Filtering.Reason);
        Assert.Equal(PortAllocation.Preserving, report.Primary.Allocation.Value);
        Assert.Equal(NatAdvice.AskBetterServer, report.Advice);
        Assert.InRange(report.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(110));
    }

    [Fact]
    public void The_most_capable_server_leads_and_waiting_for_a_dead_one_does_no_harm()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.SymmetricRandom).Serve(DiscoveryRig.B1P1).ServeTwoAddresses();
        TransportAddress dead = TransportAddress.Parse("192.0.2.99:3478");

        NatReport report = rig.Run(dead, DiscoveryRig.B1P1, DiscoveryRig.A1P1);

        Assert.Equal([ServerState.Silent, ServerState.Answered, ServerState.Answered], report.Servers.Select(server => server.State));
        Assert.Equal([false, false, true], report.Servers.Select(server => server.IsLead));
        Assert.Equal(Mapping.AddressAndPortDependent, report.Primary.Mapping.Value);
        Assert.Equal(Filtering.AddressAndPortDependent, report.Primary.Filtering.Value);
        Assert.InRange(report.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public void The_next_address_of_a_name_is_asked_when_the_first_is_silent()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted) { Fallbacks = [TransportAddress.Parse("192.0.2.98:3478"), DiscoveryRig.A1P1] };
        rig.ServeTwoAddresses();

        NatReport report = rig.Run(TransportAddress.Parse("192.0.2.99:3478"));

        Assert.Equal([ServerState.Silent, ServerState.Silent, ServerState.Answered], report.Servers.Select(server => server.State));
        Assert.Equal(Mapping.EndpointIndependent, report.Primary.Mapping.Value);
        Assert.Equal(TimeSpan.FromMilliseconds(850), rig.Events.First(e => e.Kind == DiscoveryEventKind.ServerAnswered).Elapsed);
    }

    [Fact]
    public void The_next_address_of_a_name_that_answers_is_not_asked()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted) { Fallbacks = [DiscoveryRig.B1P1] };
        rig.ServeTwoAddresses().Serve(DiscoveryRig.B1P1);

        Assert.Single(rig.Run(DiscoveryRig.A1P1).Servers);
    }

    [Fact]
    public void Addresses_of_a_name_beyond_the_limit_are_not_asked()
    {
        DiscoveryRig rig = new(NatPresets.Open) { Fallbacks = [.. Enumerable.Range(1, 20).Select(i => TransportAddress.Parse($"192.0.2.{i}:3478"))] };

        Assert.Equal(NatDiscoveryOptions.MaxServers, rig.Run(TransportAddress.Parse("192.0.2.99:3478")).Servers.Count);
    }

    [Fact]
    public void Servers_beyond_the_limit_are_not_asked()
    {
        DiscoveryRig rig = new(NatPresets.Open);

        NatReport report = rig.Run([.. Enumerable.Range(1, NatDiscoveryOptions.MaxServers + 1).Select(i => TransportAddress.Parse($"192.0.2.{i}:3478"))]);

        Assert.Equal(NatDiscoveryOptions.MaxServers, report.Servers.Count);
    }

    [Fact]
    public void An_other_address_that_is_dead_leaves_the_filter_unknown_and_is_never_taken_for_a_filter()
    {
        // Only A1's two ports are served. The OTHER-ADDRESS does not exist.
        DiscoveryRig rig = new DiscoveryRig(NatPresets.FullCone)
            .Serve([DiscoveryRig.A1P1, DiscoveryRig.A1P2], () => new Liar(Liar.Places) { IsAbsent = true });

        FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

        Assert.Equal([Filtering.EndpointIndependent, Filtering.AddressDependent], report.Filtering.Candidates);
        Assert.Equal(UnknownReason.OtherSourceSilent, report.Filtering.Reason);
        Assert.Equal([Mapping.EndpointIndependent, Mapping.AddressDependent], report.Mapping.Candidates);
    }

    [Fact]
    public void A_server_that_drops_requests_for_change_is_not_taken_for_a_filter()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.FullCone)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { DropsChanges = true });

        FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

        Assert.Equal(Mapping.EndpointIndependent, report.Mapping.Value);
        Assert.Equal(3, report.Filtering.Candidates.Count);
        Assert.Equal(UnknownReason.ServerRefuses, report.Filtering.Reason);
    }

    [Fact]
    public void A_server_that_answers_a_request_for_change_from_where_it_was_asked_is_not_taken_for_an_open_filter()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { IgnoresChanges = true });

        FamilyReport report = rig.Run(DiscoveryRig.A1P1).Primary;

        Assert.Equal(3, report.Filtering.Candidates.Count);
        Assert.Equal(UnknownReason.ServerRefuses, report.Filtering.Reason);
    }

    [Theory]
    [InlineData("203.0.113.1:3478")]
    [InlineData("10.0.0.5:3479")]
    [InlineData("127.0.0.1:3479")]
    [InlineData("255.255.255.255:3479")]
    [InlineData("224.0.0.1:3479")]
    [InlineData("203.0.113.2:0")]
    [InlineData("[2001:db8::1]:3479")]
    public void Nothing_is_sent_to_an_other_address_that_makes_no_sense(string other)
    {
        List<TransportAddress> destinations = [];
        DiscoveryRig rig = new DiscoveryRig(NatPresets.FullCone)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { Other = TransportAddress.Parse(other) });
        rig.Simulator.Network.Observer += step =>
        {
            if (step.Kind == StepKind.Sent && step.Where == rig.Site.Host) { destinations.Add(step.Before.Destination); }
        };

        NatReport report = rig.Run(DiscoveryRig.A1P1);

        Assert.Equal(DiscoveryRig.A1P1, Assert.Single(destinations.Distinct()));
        Assert.Null(Assert.Single(report.Servers).Other);
    }

    [Theory]
    [InlineData("0.0.0.0:5")]
    [InlineData("198.51.100.1:0")]
    [InlineData("239.1.2.3:5")]
    [InlineData("[2001:db8::1]:5")]
    public void An_impossible_mapped_address_is_not_a_usable_reply(string mapped)
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.FullCone)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { Mapped = TransportAddress.Parse(mapped) });

        NatReport report = rig.Run(DiscoveryRig.A1P1);

        Assert.Equal(UdpState.Unusable, report.Udp);
        Assert.Equal(UnusableKind.NoAddress, Assert.Single(report.Servers).Unusable!.Kind);
    }

    [Fact]
    public void A_refusing_server_is_distinguished_from_a_silent_one()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.FullCone)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { Refuses = true });

        NatReport report = rig.Run(DiscoveryRig.A1P1);

        Assert.Equal(UdpState.Unusable, report.Udp);
        Assert.Equal(ServerState.Refused, Assert.Single(report.Servers).State);
        Assert.InRange(report.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(60));
    }

    [Fact]
    public void An_address_that_something_rewrote_on_the_way_is_noted()
    {
        DiscoveryRig rig = new DiscoveryRig(NatPresets.FullCone)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { Plain = TransportAddress.Parse("192.168.1.2:9") });

        Assert.True(rig.Run(DiscoveryRig.A1P1).Primary.IsRewritten);
    }

    [Fact]
    public void Floods_and_garbage_change_only_a_counter()
    {
        DiscoveryRig honest = new DiscoveryRig(NatPresets.PortRestricted, seed: 4).ServeTwoAddresses();
        DiscoveryRig hostile = new DiscoveryRig(NatPresets.PortRestricted, seed: 4)
            .Serve(Liar.Places, () => new Liar(Liar.Places) { GarbagePerAnswer = 200 });

        NatReport expected = honest.Run(DiscoveryRig.A1P1);
        NatReport report = hostile.Run(DiscoveryRig.A1P1);

        Assert.Equal(expected.Primary.Mapping, report.Primary.Mapping);
        Assert.Equal(expected.Primary.Filtering, report.Primary.Filtering);
        Assert.Equal(expected.Primary.Allocation, report.Primary.Allocation);
        Assert.Equal(honest.SentCount, hostile.SentCount);
        Assert.True(hostile.Machine.ForeignCount > 1000);
    }

    [Fact]
    public void An_answer_counts_only_from_the_right_place_at_the_right_socket()
    {
        TransportAddress[] sockets = [TransportAddress.Parse("0.0.0.0:40001"), TransportAddress.Parse("0.0.0.0:41001")];
        var options = new NatDiscoveryOptions { Servers = [new DiscoveryServer(DiscoveryRig.A1P1, null)], Sockets = sockets, IdKey = (1, 2) };
        var machine = new NatDiscovery(options, Instant.Zero);
        byte[] request = new byte[65_535];
        machine.TryTransmit(request, out Transmit transmit);
        byte[] reply = new byte[200];
        new StunServerCore(new StunServerOptions { Endpoints = [DiscoveryRig.A1P1] })
            .TryAnswer(request.AsSpan(0, transmit.Length), TransportAddress.Parse("198.51.100.1:40001"), 0, reply, out StunReply answer);

        machine.Receive(new Datagram(DiscoveryRig.A1P2, sockets[0], reply.AsSpan(0, answer.Length)), Instant.Zero);
        machine.Receive(new Datagram(DiscoveryRig.A1P1, sockets[1], reply.AsSpan(0, answer.Length)), Instant.Zero);
        machine.Receive(new Datagram(DiscoveryRig.A1P1, sockets[0], reply.AsSpan(0, answer.Length - 4)), Instant.Zero);

        Assert.Equal(3, machine.ForeignCount);
        Assert.False(machine.TryEvent(out _));

        machine.Receive(new Datagram(DiscoveryRig.A1P1, sockets[0], reply.AsSpan(0, answer.Length)), Instant.Zero);

        Assert.True(machine.TryEvent(out DiscoveryEvent e));
        Assert.Equal(DiscoveryEventKind.ServerAnswered, e.Kind);
    }

    [Fact]
    public void A_stopped_discovery_reports_what_it_knows_and_takes_no_silence_for_an_answer()
    {
        for (int milliseconds = 5; milliseconds < 700; milliseconds += 10)
        {
            DiscoveryRig rig = new DiscoveryRig(NatPresets.PortRestricted).ServeTwoAddresses();
            rig.Simulator.Schedule(Instant.At(TimeSpan.FromMilliseconds(milliseconds)), now => rig.Machine.Stop(now));

            NatReport report = rig.Run(DiscoveryRig.A1P1);

            Assert.True(report.Udp == UdpState.Blocked || report.Primary.Mapping.Allows(Mapping.EndpointIndependent));
            Assert.True(report.Primary.Filtering.Allows(Filtering.AddressAndPortDependent));
            Assert.True(report.Primary.Filtering.Candidates.Count >= 3 || milliseconds > 600);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        static string Transcribe(ulong seed)
        {
            DiscoveryRig rig = new DiscoveryRig(NatPresets.Linux, seed, loss: 0.1).ServeTwoAddresses();
            rig.Run(DiscoveryRig.A1P1);
            return rig.Simulator.Transcript.ToString();
        }

        Assert.Equal(Transcribe(3), Transcribe(3));
        Assert.NotEqual(Transcribe(3), Transcribe(4));
    }

    [Fact]
    public void Too_few_sockets_and_no_server_are_refused()
    {
        TransportAddress one = TransportAddress.Parse("0.0.0.0:40001");
        DiscoveryServer server = new(DiscoveryRig.A1P1, null);

        Assert.Throws<ArgumentException>(() => new NatDiscovery(new NatDiscoveryOptions { Servers = [server], Sockets = [one], IdKey = (1, 2) }, Instant.Zero));
        Assert.Throws<ArgumentException>(() => new NatDiscovery(new NatDiscoveryOptions { Servers = [], Sockets = [one, one], IdKey = (1, 2) }, Instant.Zero));
    }

    /// <summary>A server that claims what the test wants.</summary>
    private sealed class Liar(IReadOnlyList<TransportAddress> claimed) : IProtocol<StunReply>
    {
        public static readonly TransportAddress[] Places = [DiscoveryRig.A1P1, DiscoveryRig.A1P2, DiscoveryRig.A2P1, DiscoveryRig.A2P2];

        private readonly Queue<(TransportAddress From, TransportAddress To, byte[] Bytes)> _outgoing = [];
        private SplitMix64 _random = new(5);

        public bool DropsChanges { get; init; }

        public bool IgnoresChanges { get; init; }

        public bool Refuses { get; init; }

        public int GarbagePerAnswer { get; init; }

        public TransportAddress? Mapped { get; init; }

        public TransportAddress? Plain { get; init; }

        public TransportAddress? Other { get; init; }

        public bool IsEnded { get; private set; }

        public ReadOnlySpan<byte> Payload => default;

        public Instant? NextTimeout => null;

        public void Receive(in Datagram datagram, Instant now)
        {
            StunMessage.Parse(datagram.Payload, out StunMessage request);
            request.TryGetChangeRequest(out StunChange change);
            if (change != StunChange.None && DropsChanges) { return; }

            int at = claimed.ToList().IndexOf(datagram.To);
            int from = IgnoresChanges ? at : at ^ (change.HasFlag(StunChange.Address) ? 2 : 0) ^ (change.HasFlag(StunChange.Port) ? 1 : 0);
            byte[] buffer = new byte[200];
            StunClass kind = Refuses ? StunClass.Error : StunClass.Success;
            StunWriter.TryCreate(buffer, StunMethod.Binding, kind, request.TransactionId, out StunWriter writer);
            if (Refuses) { writer.TryWriteErrorCode(StunErrorCode.ServerError); }
            else
            {
                writer.TryWriteXorMappedAddress(Mapped ?? datagram.From);
                writer.TryWriteAddress(StunAttributeType.MappedAddress, Plain ?? Mapped ?? datagram.From);
                writer.TryWriteAddress(StunAttributeType.OtherAddress, Other ?? claimed[at ^ 3]);
            }

            byte[] answer = buffer[..writer.Length];
            for (int i = 0; i < GarbagePerAnswer; i++) { _outgoing.Enqueue((claimed[from], datagram.From, Spoil(answer))); }

            _outgoing.Enqueue((claimed[from], datagram.From, answer));
            for (int i = 0; i < GarbagePerAnswer; i++) { _outgoing.Enqueue((claimed[from], datagram.From, answer)); }
        }

        public void Note(in NetworkNotice notice, Instant now)
        {
        }

        public void Stop(Instant now) => IsEnded = true;

        public void Timeout(Instant now)
        {
        }

        public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
        {
            transmit = default;
            while (_outgoing.TryDequeue(out (TransportAddress From, TransportAddress To, byte[] Bytes) next))
            {
                // a place that it claims but does not have
                if (claimed.Count == 4 && next.From.Host == DiscoveryRig.A2P1.Host && IsAbsent) { continue; }

                next.Bytes.CopyTo(buffer);
                transmit = new Transmit(next.From, next.To, next.Bytes.Length);
                return true;
            }

            return false;
        }

        public bool IsAbsent { get; init; }

        public bool TryEvent([MaybeNullWhen(false)] out StunReply e)
        {
            e = default;
            return false;
        }

        // A byte of the transaction id, the header or the length is wrong.
        private byte[] Spoil(byte[] answer)
        {
            byte[] spoilt = [.. answer];
            int at = _random.NextInt(20);
            spoilt[at] ^= (byte)(1 + _random.NextInt(255));
            return spoilt;
        }
    }
}
