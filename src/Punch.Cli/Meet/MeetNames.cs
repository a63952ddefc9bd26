using System.Diagnostics;
using Punch.Protocol.Meeting;
using Punch.Protocol.Meeting.Agent;

namespace Punch.Cli.Meet;

/// <summary>The words of docs/json.md.</summary>
internal static class MeetNames
{
    /// <summary>The kind of an event.</summary>
    public static ReadOnlySpan<byte> Of(MeetEventKind kind) => kind switch
    {
        MeetEventKind.ServerAnswered or MeetEventKind.ServerSilent or MeetEventKind.ServerBack or MeetEventKind.ServerRefused => "server"u8,
        MeetEventKind.Waiting => "waiting"u8,
        MeetEventKind.PeerFound => "found"u8,
        MeetEventKind.Trying => "trying"u8,
        MeetEventKind.FreshPort => "fresh_port"u8,
        MeetEventKind.PeerRejected => "rejected"u8,
        MeetEventKind.PathSuspected => "suspected"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>How it ended.</summary>
    public static ReadOnlySpan<byte> Of(MeetResult result) => result switch
    {
        MeetResult.Undecided => "undecided"u8,
        MeetResult.Proven => "proven"u8,
        MeetResult.NobodyCame => "nobody-came"u8,
        MeetResult.ServerSilent => "server-silent"u8,
        MeetResult.ServerRefused => "server-refused"u8,
        MeetResult.PeerRejected => "peer-rejected"u8,
        MeetResult.NoPath => "no-path"u8,
        _ => throw new UnreachableException(),
    };

    /// <summary>Why a greeting was of no use.</summary>
    public static ReadOnlySpan<byte> Of(HelloRejection rejection) =>
        rejection == HelloRejection.OtherVersion ? "other-version"u8 : "broken-seal"u8;

    /// <summary>What a NAT does by the other end.</summary>
    public static ReadOnlySpan<byte> Of(Dependence dependence) => dependence switch
    {
        Dependence.Unknown => "unknown"u8,
        Dependence.EndpointIndependent => "independent"u8,
        Dependence.Dependent => "dependent"u8,
        _ => throw new UnreachableException(),
    };
}
