using Punch.Simulation;
using Punch.Simulation.Scenarios;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>One direction of an open path is cut. A side that hears the peer has no proof that the peer hears it.</summary>
public sealed class OneWayCutTests
{
    private static readonly Instant Cut = Instant.At(TimeSpan.FromSeconds(10));
    private static readonly Instant Mended = Cut + TimeSpan.FromSeconds(20);

    [Fact]
    public void By_address_both_sides_close_in_the_same_time_count_the_loss_and_open_again()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var simulator = new Simulator(seed);
            bool isCut = false;
            var random = new SplitMix64(seed);
            (Site a, Site b) = PairScenario.Attach(
                simulator.Network, (MeetPair.Preset("open"), new LinkOptions()), (MeetPair.Preset("open"), new LinkOptions()), ref random);
            var sessions = new PeerSession[2];
            SimulatedMachine<SessionEvent> machineA = Start(a, b, 0, () => isCut);
            SimulatedMachine<SessionEvent> machineB = Start(b, a, 1, () => false);
            simulator.Schedule(Cut, _ => isCut = true);
            simulator.Schedule(Mended, _ => isCut = false);

            Claim(simulator, machineA, machineB, () => sessions[0], () => sessions[1]);

            SimulatedMachine<SessionEvent> Start(Site site, Site peer, int index, Func<bool> loses) => PairScenario.Start(
                simulator, site.Host, PairScenario.Sockets, Instant.Zero, () => PairScenario.Options([PairScenario.PlaceOf(peer)], ref random),
                session => new LossyMachine<SessionEvent>(sessions[index] = session, loses));
        }
    }

    [Fact]
    public void By_code_both_sides_close_in_the_same_time_count_the_loss_and_open_again()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            bool isCut = false;
            var pair = new MeetPair(
                MeetPair.Preset("open"), MeetPair.Preset("open"), new MeetPairOptions { Seed = seed, LosesFromA = () => isCut });
            pair.Simulator.Schedule(Cut, _ => isCut = true);
            pair.Simulator.Schedule(Mended, _ => isCut = false);

            Claim(pair.Simulator, pair.A, pair.B, () => pair.Session(pair.A), () => pair.Session(pair.B));
        }
    }

    private static void Claim(
        Simulator simulator, SimulatedMachine<SessionEvent> a, SimulatedMachine<SessionEvent> b, Func<PeerSession> sessionA, Func<PeerSession> sessionB)
    {
        simulator.RunUntil(Cut);
        simulator.Check(sessionA().Path is not null && sessionB().Path is not null, "both are open");
        for (Instant at = Cut; at < Mended; at += TimeSpan.FromSeconds(0.5))
        {
            simulator.RunUntil(at);
            bool isLate = at - Cut > TimeSpan.FromSeconds(12);
            simulator.Check(!isLate || (sessionA().Path is null && sessionB().Path is null), $"neither is open at {at}");
        }

        Instant? closedA = PairScenario.First(a, SessionEventKind.Closed, Cut)?.At;
        Instant? closedB = PairScenario.First(b, SessionEventKind.Closed, Cut)?.At;
        simulator.Check((closedA - closedB) is { } apart && apart.Duration() < TimeSpan.FromSeconds(5), $"closed at {closedA} and {closedB}");
        simulator.Check(!a.Events.Any(e => e.At > Cut && e.Event.Kind == SessionEventKind.Opened), "it was not taken for open meanwhile");
        simulator.Check(sessionA().Statistics.Outbound.Lost > 0, "what did not arrive is counted");

        simulator.RunUntil(Mended + TimeSpan.FromSeconds(10));
        simulator.Check(sessionA().Path is not null && sessionB().Path is not null, "both are open again");
    }
}
