using System.Diagnostics.CodeAnalysis;
using System.Text;
using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Simulation;

public sealed class SimulatorTests
{
    private static readonly TransportAddress Any = TransportAddress.Parse("0.0.0.0:6311");
    private static readonly TransportAddress A = TransportAddress.Parse("203.0.113.1:6311");
    private static readonly TransportAddress B = TransportAddress.Parse("203.0.113.2:6311");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Simulator _simulator = new(1);
    private readonly Node _a;
    private readonly Node _b;

    public SimulatorTests()
    {
        var link = new LinkOptions { Delay = TimeSpan.FromMilliseconds(10) };
        _a = _simulator.Network.AddHost("a", _simulator.Network.Internet, [A.Host], link);
        _b = _simulator.Network.AddHost("b", _simulator.Network.Internet, [B.Host], link);
    }

    [Fact]
    public void Machines_talk_and_their_events_carry_the_time()
    {
        SimulatedMachine<EchoEvent> a = Echo(_a, B);
        SimulatedMachine<EchoEvent> b = Echo(_b, null);

        _simulator.RunUntil(NatRig.At(1.5));

        Assert.Equal(
            [(NatRig.At(0.02), new EchoEvent("ping 1", A)), (NatRig.At(1.02), new EchoEvent("ping 2", A))],
            b.Events.Select(e => (e.At, e.Event)));
        Assert.Equal(
            [(NatRig.At(0.04), new EchoEvent("pong 1", B)), (NatRig.At(1.04), new EchoEvent("pong 2", B))],
            a.Events.Select(e => (e.At, e.Event)));
        Assert.Equal((2, 2, 2), (a.SentCount, a.ReceivedCount, a.EventCount));
        Assert.Equal(NatRig.At(1.5), _simulator.Now);
    }

    [Fact]
    public void Several_datagrams_of_one_transmit_arrive_one_by_one()
    {
        Start(_a, Any, now => new EchoMachine(Any, B, Second, now) { SegmentSize = 2 });
        SimulatedMachine<EchoEvent> b = Echo(_b, null);

        _simulator.RunUntil(NatRig.At(0.5));

        Assert.Equal(["pi", "ng", " 1"], b.Events.Select(e => e.Event.Text));
    }

    [Fact]
    public void A_machine_starts_at_its_time_and_earlier_packets_find_no_socket()
    {
        Echo(_a, B);
        SimulatedMachine<EchoEvent> b = Echo(_b, null, at: 1.5);

        _simulator.RunUntil(NatRig.At(2.5));

        Assert.Equal(["ping 3"], b.Events.Select(e => e.Event.Text));
        Assert.Contains("b: no socket for it", _simulator.Transcript.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_machine_is_silent_and_a_restarted_one_is_new()
    {
        SimulatedMachine<EchoEvent> a = Echo(_a, B);
        SimulatedMachine<EchoEvent> b = Echo(_b, null);
        _simulator.Schedule(NatRig.At(1.5), _ => a.Stop());
        a.Restart(NatRig.At(5));

        _simulator.RunUntil(NatRig.At(4.9));
        Assert.False(a.IsRunning);
        _simulator.RunUntil(NatRig.At(5.5));

        Assert.True(a.IsRunning);
        Assert.Equal(["ping 1", "ping 2", "ping 1"], b.Events.Select(e => e.Event.Text));
    }

    [Fact]
    public void A_machine_may_be_stopped_by_its_own_event()
    {
        Echo(_a, B);
        SimulatedMachine<EchoEvent>? b = null;
        b = Start(_b, Any, now => new EchoMachine(Any, null, Second, now), (_, _, _) => b!.Stop());

        _simulator.RunUntil(NatRig.At(3));

        Assert.Equal(1, b.EventCount);
    }

    [Fact]
    public void A_run_ends_as_soon_as_its_condition_holds()
    {
        SimulatedMachine<EchoEvent> a = Echo(_a, B);
        Echo(_b, null);

        Assert.True(_simulator.RunUntil(() => a.EventCount == 2, NatRig.At(60)));
        Assert.Equal(NatRig.At(1.04), _simulator.Now);
        Assert.False(_simulator.RunUntil(() => a.EventCount == 99, NatRig.At(10)));
        Assert.Equal(NatRig.At(10), _simulator.Now);
    }

    [Fact]
    public void A_command_is_drained_at_once()
    {
        EchoMachine? machine = null;
        Start(_a, Any, now => machine = new EchoMachine(Any, null, Second, now));
        SimulatedMachine<EchoEvent> b = Echo(_b, null);

        _simulator.Schedule(NatRig.At(3), _ => machine!.Ping(B));
        _simulator.RunUntil(NatRig.At(3.02));

        Assert.Equal([NatRig.At(3.02)], b.Events.Select(e => e.At));
    }

    [Fact]
    public void The_handler_sees_the_received_bytes()
    {
        var payloads = new List<string>();
        Echo(_a, B);
        Start(_b, Any, now => new EchoMachine(Any, null, Second, now), (_, payload, _) => payloads.Add(Encoding.ASCII.GetString(payload)));

        _simulator.RunUntil(NatRig.At(0.5));

        Assert.Equal(["ping 1"], payloads);
    }

    [Theory]
    [InlineData(0, 62)]
    [InlineData(9, 7)]
    public void The_hop_limit_of_a_transmit_is_obeyed_and_zero_is_64(byte asked, byte seen)
    {
        var hops = new List<byte>();
        _simulator.Network.Observer += step =>
        {
            if (step.Kind == StepKind.Delivered) { hops.Add(step.After.HopLimit); }
        };
        Start(_a, Any, now => new EchoMachine(Any, B, Second, now, asked));

        _simulator.RunUntil(NatRig.At(0.5));

        Assert.Equal([seen], hops);
    }

    [Theory]
    [InlineData("127.0.0.1:6311")]
    [InlineData("203.0.113.1:6311")]
    public void A_machine_reaches_itself_as_on_localhost(string self)
    {
        SimulatedMachine<EchoEvent> a = Echo(_a, TransportAddress.Parse(self));

        _simulator.RunUntil(NatRig.At(0.5));

        Assert.Equal(["ping 1", "pong 1"], a.Events.Select(e => e.Event.Text));
        Assert.All(a.Events, e => Assert.Equal(self, e.Event.From.ToString()));
    }

    [Fact]
    public void A_machine_sends_from_the_address_of_the_family_it_uses()
    {
        HostAddress v4 = HostAddress.Parse("203.0.113.3");
        HostAddress v6 = HostAddress.Parse("2001:db8::3");
        Node dual = _simulator.Network.AddHost("dual", _simulator.Network.Internet, [v6, v4], new LinkOptions());
        SimulatedMachine<EchoEvent> b = Echo(_b, null);
        Start(dual, Any, now => new EchoMachine(Any, B, Second, now));

        var from6 = TransportAddress.Parse("[::]:6312");
        Start(dual, from6, now => new EchoMachine(from6, B, Second, now));
        _simulator.RunUntil(NatRig.At(0.5));

        Assert.Equal([v4], b.Events.Select(e => e.Event.From.Host));
        Assert.Contains("no address of this family", _simulator.Transcript.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_machines_cannot_share_a_port_of_a_host()
    {
        Echo(_a, null);
        Start(_a, A, now => new EchoMachine(A, null, Second, now));

        SimulationException failure = Assert.Throws<SimulationException>(() => _simulator.RunUntil(Instant.Zero));
        Assert.Contains("same address and port", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Breach.Progress, "progress")]
    [InlineData(Breach.EndlessTransmits, "drain")]
    [InlineData(Breach.EndlessEvents, "drain")]
    [InlineData(Breach.ForeignSocket, "not its own")]
    [InlineData(Breach.ThrowsOnReceive, "silence")]
    public void A_machine_that_breaks_a_rule_ends_the_run_with_seed_and_transcript(Breach breach, string rule)
    {
        Echo(_a, B);
        Start(_b, Any, _ => new BrokenMachine(breach));

        SimulationException failure = Assert.Throws<SimulationException>(() => _simulator.RunUntil(NatRig.At(1)));

        Assert.Contains(rule, failure.Message, StringComparison.Ordinal);
        Assert.Contains("seed 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("b: started", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_that_stop_time_end_the_run()
    {
        var network = _simulator.Network;
        Node c = network.AddHost("c", network.Internet, [HostAddress.Parse("203.0.113.3")], new LinkOptions());
        Start(c, Any, now => new BrokenMachine(Breach.PingsItself));

        SimulationException failure = Assert.Throws<SimulationException>(() => _simulator.RunUntil(NatRig.At(1)));
        Assert.Contains("time stands still", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_fails_prints_what_happened()
    {
        Echo(_a, B);
        _simulator.RunUntil(NatRig.At(0.1));

        _simulator.Check(true, "fine");
        SimulationException failure = Assert.Throws<SimulationException>(() => _simulator.Check(false, "both are open"));

        Assert.Equal(
            """
            both are open
            seed 1
            0.000000s    a: started
            0.000000s #1 a: Sent 203.0.113.1:6311 > 203.0.113.2:6311 ttl 64 6 B ping 1
            0.020000s #1 b: Delivered 203.0.113.1:6311 > 203.0.113.2:6311 ttl 62 6 B ping 1
            0.020000s    b: no socket for it

            """,
            failure.Message);
    }

    [Fact]
    public void A_run_without_a_transcript_fails_with_its_seed()
    {
        var simulator = new Simulator(7, keepsTranscript: false);

        SimulationException failure = Assert.Throws<SimulationException>(() => simulator.Check(false, "both are open"));

        Assert.Equal("both are open\nseed 7\n(no transcript kept: run the same seed with one)", failure.Message);
    }

    [Fact]
    public void A_long_transcript_keeps_its_beginning_and_its_end()
    {
        Echo(_a, B);
        Echo(_b, null);

        _simulator.RunUntil(NatRig.At(1999.5));

        Assert.Equal(Transcript.MaxLines, _simulator.Transcript.Count);
        string[] lines = _simulator.Transcript.ToString().Split('\n');
        Assert.EndsWith("a: started", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("lines left out)", lines[Transcript.FirstLines], StringComparison.Ordinal);
        Assert.Contains("pong 2000", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Events_over_the_limit_are_counted_and_not_kept()
    {
        SimulatedMachine<EchoEvent> b = Echo(_b, null);
        Start(_a, Any, now => new EchoMachine(Any, B, TimeSpan.FromMilliseconds(1), now));

        _simulator.RunUntil(() => b.EventCount == SimulatedMachine<EchoEvent>.MaxEvents + 1, NatRig.At(100));

        Assert.Equal(SimulatedMachine<EchoEvent>.MaxEvents, b.Events.Count);
        Assert.Equal(SimulatedMachine<EchoEvent>.MaxEvents + 1, b.EventCount);
    }

    [Fact]
    public void The_past_cannot_be_scheduled()
    {
        _simulator.RunUntil(NatRig.At(2));

        Assert.Throws<ArgumentOutOfRangeException>(() => _simulator.Schedule(NatRig.At(1), _ => { }));
    }

    private SimulatedMachine<EchoEvent> Echo(Node host, TransportAddress? remote, double at = 0) =>
        _simulator.Start(host, [Any], NatRig.At(at), now => new EchoMachine(Any, remote, Second, now));

    private SimulatedMachine<EchoEvent> Start(
        Node host, TransportAddress local, Func<Instant, IProtocol<EchoEvent>> create, MachineEventHandler<EchoEvent>? onEvent = null) =>
        _simulator.Start(host, [local], Instant.Zero, create, onEvent);

    public enum Breach
    {
        Progress,
        EndlessTransmits,
        EndlessEvents,
        ForeignSocket,
        ThrowsOnReceive,
        PingsItself,
    }

    private sealed class BrokenMachine(Breach breach) : IProtocol<EchoEvent>
    {
        private bool _hasTransmit = breach is Breach.ForeignSocket or Breach.PingsItself;

        public bool IsEnded { get; private set; }

        public ReadOnlySpan<byte> Payload => default;

        public Instant? NextTimeout => breach == Breach.Progress ? Instant.Zero : null;

        public void Receive(in Datagram datagram, Instant now)
        {
            if (breach == Breach.ThrowsOnReceive) { throw new InvalidOperationException("boom"); }

            _hasTransmit = breach == Breach.PingsItself;
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
            TransportAddress from = breach == Breach.ForeignSocket ? A : Any;
            transmit = new Transmit(from, TransportAddress.Parse("127.0.0.1:6311"), 0);
            bool has = _hasTransmit || breach == Breach.EndlessTransmits;
            _hasTransmit = false;
            return has;
        }

        public bool TryEvent([MaybeNullWhen(false)] out EchoEvent e)
        {
            e = default;
            return breach == Breach.EndlessEvents;
        }
    }
}
