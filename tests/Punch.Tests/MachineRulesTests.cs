using Punch.Protocol.Turn;
using Punch.Tests.Frames;
using Xunit;

namespace Punch.Tests;

/// <summary>The rules of <see cref="IProtocol"/> for every machine that a command runs.</summary>
public sealed class MachineRulesTests : IDisposable
{
    private static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40001");
    private static readonly TransportAddress Local2 = TransportAddress.Parse("0.0.0.0:40002");
    private static readonly TransportAddress Remote = TransportAddress.Parse("192.0.2.1:3478");
    private static readonly TransportAddress Turn = TransportAddress.Parse("192.0.2.2:3478");
    private static readonly HostAddress Router = HostAddress.Parse("198.51.100.77");

    private readonly byte[] _buffer = new byte[65_535];
    private readonly List<IDisposable> _disposables = [];
    private Instant _now = Instant.At(TimeSpan.FromSeconds(100));

    public enum Kind
    {
        Peer,
        PeerOverTcp,
        Meet,
        MeetByTurn,
        MeetByAddress,
        Discovery,
    }

    public static TheoryData<Kind> Machines => [.. Enum.GetValues<Kind>()];

    [Theory]
    [MemberData(nameof(Machines))]
    public void No_notice_throws_ends_a_machine_or_stalls_it(Kind kind)
    {
        IProtocol machine = Create(kind);
        Drain(machine);

        for (int round = 0; round < 20; round++)
        {
            foreach (NetworkNotice notice in Notices(round))
            {
                machine.Note(notice, _now);
                Drain(machine);
                Assert.False(machine.IsEnded);
            }

            Pass(machine, TimeSpan.FromMilliseconds(50));
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void A_stopped_machine_ends_has_no_timer_and_does_nothing_more(Kind kind)
    {
        IProtocol machine = Create(kind);
        Drain(machine);
        Pass(machine, TimeSpan.FromSeconds(2));
        Assert.False(machine.IsEnded);

        machine.Stop(_now);
        (int sent, int events) = Drain(machine);
        Assert.True(machine.IsEnded);
        Assert.Null(machine.NextTimeout);
        Assert.True(events > 0, "the end is an event");

        machine.Stop(_now);
        foreach (NetworkNotice notice in Notices(1)) { machine.Note(notice, _now); }

        machine.Receive(new Datagram(Remote, Local, new byte[60]), _now);
        machine.Timeout(_now + TimeSpan.FromHours(1));
        Assert.Equal((0, 0), Drain(machine));
        Assert.True(machine.IsEnded);
        Assert.Null(machine.NextTimeout);
        Assert.InRange(sent, 0, 100);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void No_bytes_throw_and_an_event_delivers_what_came(Kind kind)
    {
        IProtocol machine = Create(kind);
        Drain(machine);
        var random = new SplitMix64(11);
        byte[] bytes = new byte[300];
        for (int i = 0; i < 2_000; i++)
        {
            int length = random.NextInt(bytes.Length);
            for (int at = 0; at < length; at++) { bytes[at] = (byte)random.NextInt(256); }

            machine.Receive(new Datagram(kind == Kind.MeetByTurn && i % 2 == 0 ? Turn : Remote, Local, bytes.AsSpan(0, length)), _now);
            byte[] delivered = [.. bytes[..length]];
            bytes.AsSpan().Clear(); // as the next datagram in the driver's buffer does
            Drain(machine, delivered);
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_same_calls_give_the_same_datagrams(Kind kind) => Assert.Equal(Run(kind), Run(kind));

    public void Dispose()
    {
        foreach (IDisposable disposable in _disposables) { disposable.Dispose(); }
    }

    private List<string> Run(Kind kind)
    {
        _now = Instant.At(TimeSpan.FromSeconds(100));
        IProtocol machine = Create(kind);
        var sent = new List<string>();
        for (int i = 0; i < 40; i++)
        {
            foreach (NetworkNotice notice in Notices(i)) { machine.Note(notice, _now); }

            while (machine.TryTransmit(_buffer, out Transmit transmit))
            {
                sent.Add($"{transmit} {Convert.ToHexString(_buffer.AsSpan(0, transmit.Length))}");
            }

            Drain(machine);
            _now += TimeSpan.FromMilliseconds(100);
            machine.Timeout(_now);
        }

        return sent;
    }

    private IProtocol Create(Kind kind)
    {
        IProtocol machine = kind switch
        {
            Kind.Peer => new PeerSession(
                new SessionOptions { Target = new SessionTarget.NamedHost { Remotes = [Remote] }, Locals = [Local], Id = 7, Seed = 8, WallClock = DateTimeOffset.UnixEpoch }, _now),
            Kind.PeerOverTcp => new PeerSession(
                new SessionOptions
                {
                    Target = new SessionTarget.NamedHost { Remotes = [OverTcp(Remote)] },
                    Locals = [OverTcp(Local)],
                    Id = 7,
                    Seed = 8,
                    WallClock = DateTimeOffset.UnixEpoch,
                },
                _now),
            Kind.Meet or Kind.MeetByTurn => new PeerSession(
                new SessionOptions
                {
                    Target = new SessionTarget.Meeting
                    {
                        Code = MeetingRig.Code(),
                        Servers = [Remote],
                        Streams = [OverTcp(Local)],
                        Party = MeetingRig.Low,
                        Scalar = [.. MeetingRig.LowRandom],
                        Turn = kind == Kind.Meet ? null : new TurnServer { Addresses = [Turn, Turn with { Transport = Transport.Tls }], User = "u", Password = new byte[4] },
                    },
                    Locals = [Local],
                    Id = 7,
                    Seed = 8,
                    WallClock = DateTimeOffset.UnixEpoch,
                },
                _now),
            Kind.MeetByAddress => new PeerSession(
                new SessionOptions
                {
                    Target = new SessionTarget.SealedHost
                    {
                        Code = MeetingRig.Code(),
                        Remotes = [Remote],
                        Party = MeetingRig.Low,
                        Scalar = [.. MeetingRig.LowRandom],
                    },
                    Locals = [Local],
                    Id = 7,
                    Seed = 8,
                    WallClock = DateTimeOffset.UnixEpoch,
                },
                _now),
            _ => new NatDiscovery(
                new NatDiscoveryOptions { Servers = [new DiscoveryServer(Remote, null)], Sockets = [Local, Local2], IdKey = (1, 2) }, _now),
        };
        if (machine is IDisposable disposable) { _disposables.Add(disposable); }

        return machine;
    }

    private static IEnumerable<NetworkNotice> Notices(int round) =>
    [
        NetworkNotice.Refused(null, null),
        NetworkNotice.Refused(Remote, Router),
        NetworkNotice.HopLimitExceeded(Remote, Router),
        NetworkNotice.HopLimitExceeded(TransportAddress.Parse("[2001:db8::1]:9"), HostAddress.Parse("2001:db8::2")),
        NetworkNotice.SendFailed(Local, Remote),
        NetworkNotice.SendFailed(Remote, Local),
        NetworkNotice.StreamOpened(Local, Turn with { Transport = Transport.Tls }),
        NetworkNotice.StreamClosed(Turn with { Transport = Transport.Tls }, "reset"),
        NetworkNotice.StreamOpened(OverTcp(Local), OverTcp(Remote)),
        NetworkNotice.StreamOpened(OverTcp(Local), OverTcp(Remote) with { Port = (ushort)(round + 1) }),
        NetworkNotice.StreamOpened(OverTcp(Local2), OverTcp(Local)),
        NetworkNotice.StreamClosed(OverTcp(Remote), round % 2 == 0 ? null : "connection refused", isRefused: round % 3 == 0),
        NetworkNotice.StreamClosed(default, null),
        NetworkNotice.HostsChanged([]),
        NetworkNotice.HostsChanged(
            [.. Enumerable.Range(1, 50).Select(i => new LocalAddress(HostAddress.Parse($"10.0.{round}.{i}"), 24))]),
    ];

    private static TransportAddress OverTcp(TransportAddress address) => address with { Transport = Transport.Tcp };

    private void Pass(IProtocol machine, TimeSpan time)
    {
        Instant end = _now + time;
        while (machine.NextTimeout is { } next && next <= end)
        {
            _now = next > _now ? next : _now;
            machine.Timeout(_now);
            Drain(machine);
            Assert.True(machine.NextTimeout is null || machine.NextTimeout > _now, "progress");
        }

        _now = end;
    }

    private (int Sent, int Events) Drain(IProtocol machine, byte[]? delivered = null) => machine switch
    {
        IProtocol<SessionEvent> session => Drain(session, e => e.Kind == SessionEventKind.Received, delivered),
        IProtocol<DiscoveryEvent> discovery => Drain(discovery, _ => false, delivered),
        _ => throw new InvalidOperationException(),
    };

    private (int Sent, int Events) Drain<TEvent>(IProtocol<TEvent> machine, Predicate<TEvent> delivers, byte[]? delivered)
        where TEvent : notnull
    {
        (int sent, int events) = (0, 0);
        while (machine.TryTransmit(_buffer, out _)) { Assert.True(++sent < 1_000, "drain"); }

        for (int requests = 0; machine is IStreamUser user && user.TryStream(out _); requests++) { Assert.True(requests < 1_000, "drain"); }

        for (; machine.TryEvent(out TEvent? e); events++)
        {
            Assert.True(events < 1_000, "drain");
            if (!delivers(e)) { Assert.True(machine.Payload.IsEmpty); }
            else if (delivered is not null) { Assert.Equal(delivered, machine.Payload.ToArray()); }
        }

        return (sent, events);
    }
}
