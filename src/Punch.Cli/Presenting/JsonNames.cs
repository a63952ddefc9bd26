using System.Diagnostics;
using Punch.Protocol;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Relay;
using Punch.Protocol.Session;

namespace Punch.Cli.Presenting;

/// <summary>The words of docs/json.md for sessions.</summary>
internal static class JsonNames
{
    /// <summary>The word for a kind of event; an end has none.</summary>
    public static ReadOnlySpan<byte> Of(SessionEventKind kind) => kind switch
    {
        SessionEventKind.Sent => "sent"u8,
        SessionEventKind.Received => "received"u8,
        SessionEventKind.Opened or SessionEventKind.Moved => "open"u8,
        SessionEventKind.Suspected => "suspected"u8,
        SessionEventKind.Closed => "closed"u8,
        SessionEventKind.DataEnded => "eof"u8,
        SessionEventKind.StreamsSuspended => "suspended"u8,
        SessionEventKind.StreamsResumed => "resumed"u8,
        SessionEventKind.ServerAnswered or SessionEventKind.ServerSilent or SessionEventKind.ServerNarrow => "server"u8,
        SessionEventKind.ServerBack or SessionEventKind.ServerRefused or SessionEventKind.ServerUnusable => "server"u8,
        SessionEventKind.Waiting => "waiting"u8,
        SessionEventKind.PeerFound => "found"u8,
        SessionEventKind.Trying => "trying"u8,
        SessionEventKind.FreshPort => "fresh_port"u8,
        SessionEventKind.PeerRejected => "rejected"u8,
        SessionEventKind.RelayNotice => "relay"u8,
        SessionEventKind.TurnReady or SessionEventKind.TurnFailed or SessionEventKind.TurnForbidden => "turn"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>What the server says of the relay.</summary>
    public static ReadOnlySpan<byte> Of(RelayEvent e) => e switch
    {
        RelayEvent.RateReached => "rate"u8,
        RelayEvent.VolumeReached => "volume"u8,
        RelayEvent.Draining => "draining"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for a transport.</summary>
    public static ReadOnlySpan<byte> Of(Transport transport) => transport switch
    {
        Transport.Udp => "udp"u8,
        Transport.Tcp => "tcp"u8,
        Transport.Tls => "tls"u8,
        Transport.WebSocket => "websocket"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>Which way a path is.</summary>
    public static ReadOnlySpan<byte> OfWay(bool isRelayed) => isRelayed ? "relay"u8 : "direct"u8;

    /// <summary>The word for a kind of datagram.</summary>
    public static ReadOnlySpan<byte> Of(DatagramKind kind) => kind switch
    {
        DatagramKind.Message => "message"u8,
        DatagramKind.Punch => "punch"u8,
        DatagramKind.Plain => "plain"u8,
        DatagramKind.Data => "data"u8,
        DatagramKind.OtherVersion => "other-version"u8,
        DatagramKind.Stranger => "stranger"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for a verdict.</summary>
    public static ReadOnlySpan<byte> Of(Verdict verdict) => verdict switch
    {
        Verdict.TwoWay => "two-way"u8,
        Verdict.OneWay => "one-way"u8,
        Verdict.Nothing => "nothing"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for the result of a session.</summary>
    public static ReadOnlySpan<byte> Of(SessionResult result) => result switch
    {
        SessionResult.Undecided => "undecided"u8,
        SessionResult.Proven => "proven"u8,
        SessionResult.NobodyCame => "nobody-came"u8,
        SessionResult.ServerSilent => "server-silent"u8,
        SessionResult.ServerRefused => "server-refused"u8,
        SessionResult.PeerRejected => "peer-rejected"u8,
        SessionResult.NoPath => "no-path"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for why a hello is unusable.</summary>
    public static ReadOnlySpan<byte> Of(HelloRejection rejection) =>
        rejection == HelloRejection.OtherVersion ? "other-version"u8 : "broken-seal"u8;

    /// <summary>The word for whether a NAT depends on the destination.</summary>
    public static ReadOnlySpan<byte> Of(Dependence dependence) => dependence switch
    {
        Dependence.Unknown => "unknown"u8,
        Dependence.EndpointIndependent => "independent"u8,
        Dependence.Dependent => "dependent"u8,
        _ => throw new UnreachableException(),
    };
}
