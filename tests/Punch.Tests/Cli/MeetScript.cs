using System.Text;
using Punch.Cli.Meet;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Cli.Reach;
using Punch.Protocol;
using Punch.Protocol.Meeting;
using Punch.Protocol.Meeting.Agent;
using Punch.Protocol.Peer;
using Punch.Protocol.Stun;

namespace Punch.Tests.Cli;

/// <summary>Feeds a presenter of meetings events by hand, as a meeting would.</summary>
internal sealed class MeetScript
{
    public const string Code = "7k3m-9q2p-xv4t-h8rn-5wzc";

    private const string Message = "2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=3";

    private static readonly TransportAddress Server = TransportAddress.Parse("203.0.113.1:3478");
    private static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:40122");
    private static readonly TransportAddress Mapped = TransportAddress.Parse("198.51.100.1:40122");
    private static readonly TransportAddress Peer = TransportAddress.Parse("203.0.113.7:51234");

    private readonly IMeetPresenter _presenter;

    private MeetScript(Func<MeetScript, IMeetPresenter> create) => _presenter = create(this);

    public MemorySink Output { get; } = new();

    public MemorySink Error { get; } = new();

    public static MeetScript Text(Func<PeerOptions, PeerOptions>? change = null) =>
        new(script => new TextMeetPresenter(script.Output, new ErrorPrinter(script.Error), Options(change), Colour.None));

    public static MeetScript Json(Func<PeerOptions, PeerOptions>? change = null) =>
        new(script => new JsonMeetPresenter(script.Output, new ErrorPrinter(script.Error), Options(change)));

    public static PeerOptions Options(Func<PeerOptions, PeerOptions>? change = null)
    {
        var options = new PeerOptions { Target = new PeerTarget.Meeting(null, RemoteTarget.Parse("punch.example"), "punch.example") };
        return change is null ? options : change(options);
    }

    /// <summary>Made a code, waited, found the other side, tried, opened, talked, lost the path, found it again, left.</summary>
    public MeetScript Everything() => Begin(Code)
        .Event(new MeetEvent { Kind = MeetEventKind.ServerAnswered, Elapsed = Ms(20), Server = Server, Mapped = Mapped })
        .Event(new MeetEvent { Kind = MeetEventKind.Waiting, Elapsed = Ms(20) })
        .Event(new MeetEvent { Kind = MeetEventKind.ServerSilent, Elapsed = Ms(30_000), Server = Server })
        .Event(new MeetEvent { Kind = MeetEventKind.ServerBack, Elapsed = Ms(45_000), Server = Server })
        .Event(new MeetEvent { Kind = MeetEventKind.PeerRejected, Elapsed = Ms(50_000), Rejection = HelloRejection.OtherVersion })
        .Event(new MeetEvent { Kind = MeetEventKind.PeerFound, Elapsed = Ms(60_000), Candidates = 3 })
        .Event(Trying("203.0.113.7:51234", 2))
        .Event(Trying("192.168.1.9:51234", 0))
        .Event(Trying("[2001:db8::7]:51234", 0))
        .Event(new MeetEvent { Kind = MeetEventKind.FreshPort, Elapsed = Ms(61_500), Local = Local with { Port = 40500 }, Round = 1 })
        .Event(new MeetEvent { Kind = MeetEventKind.PeerFound, Elapsed = Ms(61_550), Candidates = 1, Round = 1 })
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Opened, Local = Local, Remote = Peer, Elapsed = Ms(61_600), RoundTrip = Ms(48.4) }))
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Sent, Local = Local, Remote = Peer, Elapsed = Ms(61_600), Bytes = 112, Sequence = 1 }))
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Received, Remote = Peer, Elapsed = Ms(61_650), Bytes = Message.Length, Sequence = 3, RoundTrip = Ms(48.4) }), Message)
        .Event(new MeetEvent { Kind = MeetEventKind.PathSuspected, Elapsed = Ms(70_000) })
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Moved, Local = Local, Remote = TransportAddress.Parse("192.168.1.9:51234"), Elapsed = Ms(70_100), RoundTrip = Ms(0.8) }))
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Closed, Remote = Peer, Elapsed = Ms(80_000), SilentFor = Ms(4_000) }))
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Opened, Local = Local, Remote = Peer, Elapsed = Ms(83_000), RoundTrip = Ms(50), IsReopened = true }))
        .Event(new MeetEvent { Kind = MeetEventKind.ServerRefused, Elapsed = Ms(84_000), Server = Server, Code = StunErrorCode.InsufficientCapacity })
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Closed, Remote = Peer, Elapsed = Ms(90_000) }))
        .Event(Inner(new PeerEvent { Kind = PeerEventKind.Ended, Elapsed = Ms(90_000) }))
        .Event(new MeetEvent { Kind = MeetEventKind.Ended, Elapsed = Ms(90_000) })
        .End(GoodEnd());

    public MeetScript Begin(string? newCode = null)
    {
        _presenter.Begin(Start(newCode));
        return this;
    }

    public MeetScript Event(MeetEvent e, string datagram = "")
    {
        _presenter.Event(e, Encoding.UTF8.GetBytes(datagram));
        return this;
    }

    public MeetScript End(MeetEnd end)
    {
        _presenter.End(end);
        return this;
    }

    public static MeetEnd Failed(Failure failure, MeetOutcome? outcome = null) =>
        new(new SessionEnd { Exit = failure.Exit, Failure = failure }, outcome);

    private static MeetStart Start(string? newCode)
    {
        var kinds = new PathKinds(() => [new LocalAddress(HostAddress.Parse("192.168.1.2"), 24)]);
        return new MeetStart
        {
            Server = "punch.example",
            Servers = [Server, TransportAddress.Parse("[2001:db8::1]:3478")],
            NewCode = newCode,
            Command = newCode is null ? null : PeerCommand.Of(Options(), newCode),
            Session = new SessionStart
            {
                Host = "punch.example",
                Remotes = [Server],
                Locals = [Local, TransportAddress.Parse("[::]:40122")],
                Id = 0x5f0c_9a77_d1e2_b340,
                Time = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.FromHours(1)),
                PathWords = kinds.Words,
                PathName = kinds.Name,
            },
        };
    }

    public static MeetEvent Trying(string remote, byte hopLimit) => new()
    {
        Kind = MeetEventKind.Trying,
        Elapsed = Ms(60_000),
        Remote = TransportAddress.Parse(remote),
        Local = Local,
        HopLimit = hopLimit,
    };

    private static MeetEvent Inner(PeerEvent e) => new() { Kind = MeetEventKind.Peer, Elapsed = e.Elapsed, Peer = e };

    private static MeetEnd GoodEnd() => new(
        new SessionEnd
        {
            Exit = ExitCode.Success,
            Verdict = Verdict.TwoWay,
            Path = Peer,
            Elapsed = Ms(90_000),
            Statistics = new PeerStatistics
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
        },
        new MeetOutcome
        {
            Result = MeetResult.Proven,
            Own = new HelloTraits(Dependence.EndpointIndependent, Dependence.Dependent, HasNoNat: false),
            Peer = new HelloTraits(Dependence.Unknown, Dependence.Unknown, HasNoNat: true),
            Mapped = Mapped,
            PeerMapped = Peer,
            Rounds = 1,
            Tried = 3,
            HasHeard = true,
        });

    private static TimeSpan Ms(double value) => TimeSpan.FromMicroseconds(value * 1_000);
}
