using System.Text;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Cli.Reach;
using Punch.Protocol;
using Punch.Protocol.Peer;

namespace Punch.Tests.Cli;

/// <summary>Feeds a presenter events by hand, as a session would.</summary>
internal sealed class SessionScript
{
    public const string Host = "peer.example";

    public static readonly TransportAddress Named = TransportAddress.Parse("203.0.113.7:6311");
    public static readonly TransportAddress Local = TransportAddress.Parse("0.0.0.0:6311");
    public static readonly TransportAddress Moved = TransportAddress.Parse("203.0.113.7:40122");
    public static readonly TransportAddress Stranger = TransportAddress.Parse("198.51.100.9:4000");

    private readonly IPresenter _presenter;

    private SessionScript(Func<SessionScript, IPresenter> create) => _presenter = create(this);

    public MemorySink Output { get; } = new();

    public MemorySink Error { get; } = new();

    public static SessionScript Text(Func<PeerOptions, PeerOptions>? change = null, Colour colour = Colour.None) =>
        new(script => new TextPresenter(script.Output, new ErrorPrinter(script.Error), Options(change), colour));

    public static SessionScript Json(Func<PeerOptions, PeerOptions>? change = null) =>
        new(script => new JsonPresenter(script.Output, new ErrorPrinter(script.Error), Options(change)));

    public static PeerOptions Options(Func<PeerOptions, PeerOptions>? change = null)
    {
        var options = new PeerOptions { Target = new PeerTarget.Host(new RemoteTarget(Host, null, null), PeerOptions.DefaultPort) };
        return change is null ? options : change(options);
    }

    public SessionScript Begin()
    {
        _presenter.Begin(Start());
        return this;
    }

    public static SessionStart Start() => new()
    {
        Host = Host,
        Remotes = [Named, TransportAddress.Parse("[2001:db8::7]:6311")],
        Locals = [Local, TransportAddress.Parse("[::]:6311")],
        Id = 0x5f0c_9a77_d1e2_b340,
        Time = new DateTimeOffset(2026, 11, 22, 14, 23, 1, TimeSpan.FromHours(1)),
    };

    public SessionScript Event(PeerEvent e, string datagram = "") => Event(e, Encoding.UTF8.GetBytes(datagram));

    public SessionScript Event(PeerEvent e, ReadOnlySpan<byte> datagram)
    {
        _presenter.Event(e, datagram);
        return this;
    }

    public SessionScript Advise(string hint)
    {
        _presenter.Advise(hint);
        return this;
    }

    public SessionScript End(SessionEnd end)
    {
        _presenter.End(end);
        return this;
    }

    public static PeerEvent Sent(double ms, DatagramKind kind = DatagramKind.Message, uint? sequence = null) => new()
    {
        Kind = PeerEventKind.Sent,
        Remote = Named,
        Local = Local,
        Elapsed = Ms(ms),
        Datagram = kind,
        Bytes = kind == DatagramKind.Punch ? 0 : 112,
        Sequence = sequence,
    };

    public static PeerEvent Received(double ms, DatagramKind kind, string datagram, uint? sequence = null, double? roundTrip = null) => new()
    {
        Kind = PeerEventKind.Received,
        Remote = kind == DatagramKind.Stranger ? Stranger : Moved,
        Elapsed = Ms(ms),
        Datagram = kind,
        Bytes = Encoding.UTF8.GetByteCount(datagram),
        Sequence = sequence,
        RoundTrip = roundTrip is { } value ? Ms(value) : null,
    };

    public static PeerEvent Path(PeerEventKind kind, double ms, bool isMoved = false, bool isReopened = false, double? roundTrip = null) => new()
    {
        Kind = kind,
        Local = Local,
        Remote = isMoved ? Moved : Named,
        Elapsed = Ms(ms),
        RoundTrip = roundTrip is { } value ? Ms(value) : null,
        IsMoved = isMoved,
        IsReopened = isReopened,
    };

    /// <summary>A path that was met in a slot of the clock, 89 ports above the base ports.</summary>
    public static PeerEvent InSlot(PeerEvent opened) => opened with
    {
        Local = opened.Local with { Port = 6400 },
        Remote = opened.Remote with { Port = 6400 },
        IsSlot = true,
    };

    public static PeerEvent Closed(double ms, double silentMs) => new()
    {
        Kind = PeerEventKind.Closed,
        Remote = Moved,
        Elapsed = Ms(ms),
        SilentFor = Ms(silentMs),
    };

    public static PeerEvent Ended(double ms) => new() { Kind = PeerEventKind.Ended, Elapsed = Ms(ms) };

    public static TimeSpan Ms(double value) => TimeSpan.FromMicroseconds(value * 1_000);
}
