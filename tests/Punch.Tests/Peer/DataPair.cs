using System.Diagnostics.CodeAnalysis;
using Punch.Simulation;

namespace Punch.Tests.Peer;

/// <summary>A session that is given data as a driver gives it, wrapped so that the simulator can run it.</summary>
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
    private static readonly TransportAddress Local = new(HostAddress.AnyV4, PeerPair.Port);

    private readonly DataMachine?[] _machines = new DataMachine?[2];
    private readonly List<byte>[] _received = [[], []];

    public DataPair(ulong seed, LinkOptions link, byte[] fromA, byte[] fromB, TimeSpan? deadline = null)
    {
        Simulator = new Simulator(seed);
        Site a = NatPresets.PortPreserving.Attach(Simulator.Network, "a", HostAddress.Parse("198.51.100.1"), link, seed);
        Site b = NatPresets.PortPreserving.Attach(Simulator.Network, "b", HostAddress.Parse("203.0.113.2"), link, seed + 1);
        A = Start(0, a, b, fromA, seed * 2, deadline);
        B = Start(1, b, a, fromB, (seed * 2) + 1, deadline);
    }

    public Simulator Simulator { get; }

    public SimulatedMachine<SessionEvent> A { get; }

    public SimulatedMachine<SessionEvent> B { get; }

    public PeerSession SessionA => _machines[0]!.Session;

    public PeerSession SessionB => _machines[1]!.Session;

    public byte[] ReceivedByA => [.. _received[0]];

    public byte[] ReceivedByB => [.. _received[1]];

    public bool AreEnded => _machines is [{ Session.IsEnded: true }, { Session.IsEnded: true }];

    public DataPair RunToEnd(TimeSpan patience)
    {
        Simulator.RunUntil(() => AreEnded, Instant.Zero + patience);
        return this;
    }

    private SimulatedMachine<SessionEvent> Start(int side, Site site, Site peer, byte[] data, ulong seed, TimeSpan? deadline) => Simulator.Start<SessionEvent>(
        site.Host,
        [Local],
        Instant.Zero,
        now => _machines[side] = new DataMachine(Session(peer, seed, deadline, now), data),
        (e, payload, _) =>
        {
            if (e.Datagram == DatagramKind.Data) { _received[side].AddRange(payload); }
        });

    private static PeerSession Session(Site peer, ulong seed, TimeSpan? deadline, Instant now) => new(
        new SessionOptions
        {
            Target = new SessionTarget.NamedHost { Remotes = [new TransportAddress(peer.PublicAddress, PeerPair.Port)], UsesClockSlots = false },
            Locals = [Local],
            Id = seed + 100,
            Seed = seed,
            WallClock = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.Zero),
            Use = PathUse.Data,
            Deadline = deadline,
        },
        now);
}
