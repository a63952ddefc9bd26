using System.Text;
using Punch.Cli.Commands.Meet;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Cli.Presenting;
using Punch.Cli.Session;
using Punch.Protocol.Copying;
using Punch.Protocol.Forwarding;
using Punch.Protocol.Streams;

namespace Punch.Tests.Cli;

/// <summary>Feeds a presenter events by hand, as a session would: of a named host, or of a meeting.</summary>
internal sealed class SessionScript
{
    public const string Host = "peer.example";
    public const string Code = "7k3m-9q2p-xv4t-h8rn-5wzc";

    private const string Message = "2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=3";

    public static readonly TransportAddress Named = TransportAddress.Parse("203.0.113.7:6311");
    public static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:6311");
    public static readonly TransportAddress Moved = TransportAddress.Parse("203.0.113.7:40122");
    public static readonly TransportAddress Stranger = TransportAddress.Parse("198.51.100.9:4000");
    public static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.1:3478");
    public static readonly TransportAddress Met = TransportAddress.Parse("203.0.113.7:51234");

    private static readonly TransportAddress MeetLocal = TransportAddress.Parse("0.0.0.0:40122");
    private static readonly TransportAddress Mapped = TransportAddress.Parse("198.51.100.1:40122");

    public static readonly TrafficReport Reported = new(
        Ms(1_000), Ms(2_000), IsTotal: false, new DirectionReport(100, 97, 1, 120_000, 960_000), new DirectionReport(90, 88, 2, 105_600, 844_800))
    {
        Reordered = 3,
        Duplicates = 4,
        Late = 1,
        Jitter = Ms(0.125),
    };

    public static readonly StreamReport Flowing = new(
        Ms(2_000), new StreamFlow(Ms(50.5), Ms(48), 1_000_000, 900_000, 12, 2, 1_472, 23_000_000), 17_000, 95_000_000);

    private readonly ISessionPresenter _presenter;
    private readonly PeerOptions _options;

    private SessionScript(PeerOptions options, Func<SessionScript, ISessionPresenter> create)
    {
        _options = options;
        _presenter = create(this);
    }

    public MemorySink Output { get; } = new();

    public MemorySink Error { get; } = new();

    public static SessionScript AsText(Func<PeerOptions, PeerOptions>? change = null, Colour colour = Colour.None) =>
        AsText(Options(change), colour);

    public static SessionScript AsJson(Func<PeerOptions, PeerOptions>? change = null) => AsJson(Options(change));

    public static SessionScript MeetText(Func<PeerOptions, PeerOptions>? change = null) => AsText(MeetOptions(change), Colour.None);

    public static SessionScript MeetJson(Func<PeerOptions, PeerOptions>? change = null) => AsJson(MeetOptions(change));

    public static PeerOptions Options(Func<PeerOptions, PeerOptions>? change = null)
    {
        var options = new PeerOptions { Target = new PeerTarget.Host(new RemoteTarget(Host, null, null), PeerOptions.DefaultPort) };
        return change is null ? options : change(options);
    }

    public static PeerOptions MeetOptions(Func<PeerOptions, PeerOptions>? change = null)
    {
        var options = new PeerOptions { Target = new PeerTarget.Meeting(Code: null, RemoteTarget.Parse("punch.example"), "punch.example") };
        return change is null ? options : change(options);
    }

    public static SessionStart Start() => new()
    {
        Host = Host,
        Remotes = [Named, TransportAddress.Parse("[2001:db8::7]:6311")],
        Locals = [Local, TransportAddress.Parse("[::]:6311")],
        Id = 0x5f0c_9a77_d1e2_b340,
        Time = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.FromHours(1)),
    };

    /// <summary>The start of a meeting, with the code if it was made here.</summary>
    public static SessionStart MeetStart(string? newCode = null) => Start() with
    {
        Host = "punch.example",
        Remotes = [Server, TransportAddress.Parse("[2001:db8::1]:3478")],
        Locals = [MeetLocal, TransportAddress.Parse("[::]:40122")],
        Meeting = new MeetingStart
        {
            Hosts = () => [new LocalAddress(HostAddress.Parse("192.168.1.2"), 24)],
            FirstWays = [Server],
            Describe = address => $"TLS to punch.example:443 through the proxy {address with { Transport = Transport.Udp }}",
            ProxyOf = address => address.IsStream ? "proxy.example:3128" : null,
            Turn = "turn:turn.example",
            NewCode = newCode,
            Command = newCode is null ? null : PeerCommand.Of(MeetOptions(), (PeerTarget.Meeting)MeetOptions().Target, newCode),
        },
    };

    public SessionScript Begin(string? newCode = null)
    {
        _presenter.Begin(_options.Target is PeerTarget.Host ? Start() : MeetStart(newCode));
        return this;
    }

    public SessionScript Begin(SessionStart start)
    {
        _presenter.Begin(start);
        return this;
    }

    public SessionScript Event(SessionEvent e, string datagram = "") => Event(e, Encoding.UTF8.GetBytes(datagram));

    public SessionScript Event(SessionEvent e, ReadOnlySpan<byte> datagram)
    {
        _presenter.Event(e, datagram);
        return this;
    }

    public SessionScript Advise(string hint)
    {
        _presenter.Advise(hint);
        return this;
    }

    /// <summary>A copy of two files. One of them fails.</summary>
    public SessionScript Copy()
    {
        bool isPath = EntryPath.TryMake("photos/a.jpg", out EntryPath? path);
        var entry = new CopyEntry(EntryKind.File, isPath ? path! : throw new InvalidOperationException("no path")) { Size = 4 };
        _presenter.Copy.Show(new CopyCounts(2, 8, 0, 0, 0, entry), bytesPerSecond: 2);
        _presenter.Copy.Show(new CopyResult(entry, EntryState.Stored, CopyFault.None) { Hash = new byte[32] });
        _presenter.Copy.Show(new CopyResult(entry, EntryState.Failed, new CopyFault(CopyCause.Exists, "")));
        _presenter.Copy.End(new CopyCounts(8, 8, 1, 0, 1, null));
        return this;
    }

    public SessionScript Forward(in ForwardEvent e, double ms)
    {
        _presenter.Forward(e, Ms(ms));
        return this;
    }

    public SessionScript Report(TrafficReport report)
    {
        _presenter.Report(report);
        return this;
    }

    public SessionScript Report(StreamReport report)
    {
        _presenter.Report(report);
        return this;
    }

    public SessionScript End(SessionEnd end)
    {
        _presenter.End(end);
        return this;
    }

    /// <summary>A meeting that made a code, waited, found the peer, tried, opened, talked, lost the path, found it again, left.</summary>
    public SessionScript WholeMeeting() => Begin(Code)
        .Event(new SessionEvent { Kind = SessionEventKind.ServerUnusable, Elapsed = Ms(10), Remote = Server, Unusable = Came })
        .Event(new SessionEvent { Kind = SessionEventKind.ServerAnswered, Elapsed = Ms(20), Remote = Server, Mapped = Mapped })
        .Event(new SessionEvent { Kind = SessionEventKind.ServerNarrow, Elapsed = Ms(20), Remote = Server })
        .Event(Turn(SessionEventKind.TurnFailed, 25) with { Reason = "connection refused" })
        .Event(Turn(SessionEventKind.TurnFailed, 26))
        .Event(Turn(SessionEventKind.TurnFailed, 27) with { Code = StunErrorCode.Unauthenticated })
        .Event(Turn(SessionEventKind.TurnReady, 28) with { Mapped = TransportAddress.Parse("203.0.113.5:50000") })
        .Event(new SessionEvent { Kind = SessionEventKind.Waiting, Elapsed = Ms(30) })
        .Event(new SessionEvent { Kind = SessionEventKind.ServerSilent, Elapsed = Ms(30_000), Remote = Server })
        .Event(new SessionEvent { Kind = SessionEventKind.ServerBack, Elapsed = Ms(45_000), Remote = Server })
        .Event(new SessionEvent { Kind = SessionEventKind.ServerAnswered, Elapsed = Ms(46_000), Remote = Tunnel, Mapped = Mapped })
        .Event(new SessionEvent { Kind = SessionEventKind.PeerRejected, Elapsed = Ms(50_000), Rejection = HelloRejection.OtherVersion })
        .Event(Found(60_000, 3))
        .Event(Trying("203.0.113.7:51234", 2))
        .Event(Trying("192.168.1.9:51234", 0))
        .Event(Trying("[2001:db8::7]:51234", 0))
        .Event(Turn(SessionEventKind.TurnForbidden, 61_000) with { Mapped = TransportAddress.Parse("203.0.113.7:0") })
        .Event(Trying("203.0.113.7:51234", 0) with { Remote = Met with { Transport = Transport.Turned }, CandidateKind = Punch.Protocol.Candidates.CandidateKind.Relayed })
        .Event(MeetPath(SessionEventKind.Opened, 61_100, 90) with { Remote = Met with { Transport = Transport.Turned }, IsRelayed = true })
        .Event(MeetPath(SessionEventKind.Moved, 61_200, 80) with { Remote = TransportAddress.Parse("203.0.113.6:50002"), IsRelayed = true })
        .Event(Closed(61_300, 1) with { Remote = Met })
        .Event(FreshPort(61_500, 40500))
        .Event(Found(61_550, 1) with { Round = 1 })
        .Event(MeetPath(SessionEventKind.Opened, 61_600, 48.4))
        .Event(Sent(61_600, sequence: 1) with { Local = MeetLocal, Remote = Met })
        .Event(Received(61_650, DatagramKind.Message, Message, 3, 48.4) with { Remote = Met }, Message)
        .Event(new SessionEvent { Kind = SessionEventKind.Suspected, Elapsed = Ms(70_000) })
        .Event(MeetPath(SessionEventKind.Moved, 70_100, 0.8) with { Remote = TransportAddress.Parse("192.168.1.9:51234") })
        .Event(Closed(80_000, 4_000) with { Remote = Met })
        .Event(MeetPath(SessionEventKind.Opened, 83_000, 50) with { IsReopened = true })
        .Event(Refused(84_000))
        .Event(Closed(90_000, 0) with { Remote = Met })
        .Event(Ended(90_000))
        .End(GoodMeeting);

    private static TransportAddress Tunnel => TransportAddress.Parse("192.0.2.80:3128") with { Transport = Transport.Tls };

    private static SessionEvent Turn(SessionEventKind kind, double ms) =>
        new() { Kind = kind, Elapsed = Ms(ms), Remote = TransportAddress.Parse("203.0.113.5:3478") };

    private static UnusableReply Came => new(UnusableKind.Error, Server, 44, new byte[] { 0x01, 0x11, 0x00, 0x18 })
    {
        Code = StunErrorCode.TryAlternate,
        Alternate = Server with { Port = 3479 },
    };

    public static SessionEvent Sent(double ms, DatagramKind kind = DatagramKind.Message, uint? sequence = null) => new()
    {
        Kind = SessionEventKind.Sent,
        Remote = Named,
        Local = Local,
        Elapsed = Ms(ms),
        Datagram = kind,
        Bytes = kind == DatagramKind.Punch ? 0 : 112,
        Sequence = sequence,
    };

    public static SessionEvent Received(
        double ms, DatagramKind kind, string datagram, uint? sequence = null, double? roundTrip = null) => new()
        {
            Kind = SessionEventKind.Received,
            Remote = kind == DatagramKind.Stranger ? Stranger : Moved,
            Elapsed = Ms(ms),
            Datagram = kind,
            Bytes = Encoding.UTF8.GetByteCount(datagram),
            Sequence = sequence,
            RoundTrip = roundTrip is { } value ? Ms(value) : null,
        };

    public static SessionEvent Path(
        SessionEventKind kind, double ms, bool isMoved = false, bool isReopened = false, double? roundTrip = null) => new()
        {
            Kind = kind,
            Local = Local,
            Remote = isMoved ? Moved : Named,
            Elapsed = Ms(ms),
            RoundTrip = roundTrip is { } value ? Ms(value) : null,
            IsMoved = isMoved,
            NamedPort = isMoved ? Named.Port : (ushort)0,
            IsReopened = isReopened,
        };

    /// <summary>An event about the path of a meeting.</summary>
    public static SessionEvent MeetPath(SessionEventKind kind, double ms, double roundTrip) => new()
    {
        Kind = kind,
        Local = MeetLocal,
        Remote = Met,
        Elapsed = Ms(ms),
        RoundTrip = Ms(roundTrip),
    };

    /// <summary>A path that opened in a clock slot, 89 ports above the base ports.</summary>
    public static SessionEvent InSlot(SessionEvent opened) => opened with
    {
        Local = opened.Local with { Port = 6400 },
        Remote = opened.Remote with { Port = 6400 },
        IsSlot = true,
    };

    public static SessionEvent Found(double ms, int candidates) => new()
    {
        Kind = SessionEventKind.PeerFound,
        Elapsed = Ms(ms),
        Candidates = candidates,
    };

    public static SessionEvent Trying(string remote, byte hopLimit) => new()
    {
        Kind = SessionEventKind.Trying,
        Elapsed = Ms(60_000),
        Remote = TransportAddress.Parse(remote),
        Local = MeetLocal,
        HopLimit = hopLimit,
    };

    public static SessionEvent FreshPort(double ms, ushort port) => new()
    {
        Kind = SessionEventKind.FreshPort,
        Elapsed = Ms(ms),
        Local = MeetLocal with { Port = port },
        Round = 1,
    };

    public static SessionEvent Refused(double ms) => new()
    {
        Kind = SessionEventKind.ServerRefused,
        Elapsed = Ms(ms),
        Remote = Server,
        Code = StunErrorCode.InsufficientCapacity,
    };

    public static SessionEvent Closed(double ms, double silentMs) => new()
    {
        Kind = SessionEventKind.Closed,
        Remote = Moved,
        Elapsed = Ms(ms),
        SilentFor = Ms(silentMs),
    };

    public static SessionEvent Ended(double ms) => new() { Kind = SessionEventKind.Ended, Elapsed = Ms(ms) };

    public static TimeSpan Ms(double value) => TimeSpan.FromMicroseconds(value * 1_000);

    private static readonly SessionEnd GoodMeeting = new()
    {
        Exit = ExitCode.Success,
        Verdict = Verdict.TwoWay,
        Path = Met,
        Elapsed = Ms(90_000),
        Statistics = new SessionStatistics
        {
            Sent = 12,
            Received = 11,
            Messages = 11,
            Answered = 11,
            Outbound = new Loss(11, 0),
            Inbound = new Loss(11, 0),
            TimeToOpen = Ms(61_600),
            Opens = 2,
            RoundTrips = new RoundTrips(9, Ms(47.904), Ms(48.601), Ms(49.4), Ms(0.5), Ms(0.2)),
        },
        Outcome = new SessionOutcome
        {
            Result = SessionResult.Proven,
            Own = new HelloTraits(Dependence.EndpointIndependent, Dependence.Dependent, HasNoNat: false),
            Peer = new HelloTraits(Dependence.Unknown, Dependence.Unknown, HasNoNat: true),
            Ways = [new WayOutcome(Server with { Transport = Transport.Tcp }, "connection refused"), new WayOutcome(Tunnel, null)],
            Mapped = Mapped,
            PeerMapped = Met,
            Rounds = 1,
            Tried = 3,
            HasHeard = true,
        },
    };

    private static SessionScript AsText(PeerOptions options, Colour colour) =>
        new(options, script => new TextSessionPresenter(script.Output, new ErrorPrinter(script.Error), options, colour, new LiveSession(LiveLine.None)));

    private static SessionScript AsJson(PeerOptions options) =>
        new(options, script => new JsonSessionPresenter(script.Output, new ErrorPrinter(script.Error), options.IsQuiet));
}
