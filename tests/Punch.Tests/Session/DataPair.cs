using System.Diagnostics.CodeAnalysis;
using Punch.Simulation;
using Punch.Simulation.Scenarios;

namespace Punch.Tests.Session;

/// <summary>A session with data from a driver, wrapped so that the simulator can run it.</summary>
internal sealed class DataMachine(PeerSession session, byte[] data) : IProtocol<SessionEvent>
{
    private int _at;
    private Instant _now;

    public PeerSession Session { get; } = session;

    public bool IsEnded => Session.IsEnded;

    public Instant? NextTimeout => Session.NextTimeout;

    public ReadOnlySpan<byte> Payload => Session.Payload;

    public void Receive(in Datagram datagram, Instant now)
    {
        _now = now;
        Session.Receive(datagram, now);
    }

    public void Note(in NetworkNotice notice, Instant now) => Session.Note(notice, now);

    public void Stop(Instant now) => Session.Stop(now);

    public void Timeout(Instant now)
    {
        _now = now;
        Session.Timeout(now);
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        if (Session.TryTransmit(buffer, out transmit)) { return true; }

        Give();
        return Session.TryTransmit(buffer, out transmit);
    }

    public bool TryEvent([MaybeNullWhen(false)] out SessionEvent e) => Session.TryEvent(out e);

    private void Give()
    {
        while (_at < data.Length)
        {
            int length = DataCut.Next(data.AsSpan(_at), isLast: true);
            if (!Session.TrySendData(data.AsSpan(_at, length), _now)) { return; }

            _at += length;
        }

        Session.EndData(_now);
    }
}

/// <summary>Two sessions that carry data both ways over a simulated network.</summary>
internal sealed class DataPair
{
    private readonly List<byte>[] _received = [[], []];
    private SplitMix64 _ids;

    public DataPair(ulong seed, LinkOptions link, byte[] fromA, byte[] fromB, TimeSpan? deadline = null)
    {
        _ids = new SplitMix64(seed);
        Simulator = new Simulator(seed);
        (NatPreset, LinkOptions) access = (NatPresets.PortPreserving, link);
        (Site a, Site b) = PairScenario.Attach(Simulator.Network, access, access, ref _ids);
        A = Start(0, a, b, fromA, deadline);
        B = Start(1, b, a, fromB, deadline);
    }

    public Simulator Simulator { get; }

    public SimulatedMachine<SessionEvent> A { get; }

    public SimulatedMachine<SessionEvent> B { get; }

    public PeerSession SessionA => ((DataMachine)A.Machine!).Session;

    public PeerSession SessionB => ((DataMachine)B.Machine!).Session;

    public byte[] ReceivedByA => [.. _received[0]];

    public byte[] ReceivedByB => [.. _received[1]];

    public bool AreEnded => A.Machine is { IsEnded: true } && B.Machine is { IsEnded: true };

    public DataPair RunToEnd(TimeSpan patience)
    {
        Simulator.RunUntil(() => AreEnded, Instant.Zero + patience);
        return this;
    }

    private SimulatedMachine<SessionEvent> Start(int side, Site site, Site peer, byte[] data, TimeSpan? deadline) => PairScenario.Start(
        Simulator,
        site.Host,
        PairScenario.Sockets,
        Instant.Zero,
        () => PairScenario.Options([PairScenario.PlaceOf(peer)], ref _ids) with { Use = PathUse.Data, Deadline = deadline },
        session => new DataMachine(session, data),
        (e, payload, _) =>
        {
            if (e.Datagram == DatagramKind.Data) { _received[side].AddRange(payload); }
        });
}
