using System.Diagnostics;
using Punch.Protocol.Forwarding;

namespace Punch.Cli.Forwards;

/// <summary>Words for what became of a wish to connect or to listen.</summary>
internal static class StatusText
{
    /// <summary>In words for people.</summary>
    public static string Of(OpenStatus status) => status switch
    {
        OpenStatus.Done => "done",
        OpenStatus.NotAllowed => "not allowed",
        OpenStatus.NotFound => "no host of that name",
        OpenStatus.Refused => "connection refused",
        OpenStatus.Unreachable => "no route to it",
        OpenStatus.TimedOut => "no reply",
        OpenStatus.Failed => "it failed",
        OpenStatus.TooMany => "too many at once",
        OpenStatus.PortTaken => "the address is in use or not available",
        OpenStatus.Gone => "the peer went",
        _ => throw new UnreachableException(),
    };

    /// <summary>The word for scripts, listed in docs/json.md.</summary>
    public static ReadOnlySpan<byte> Code(OpenStatus status) => status switch
    {
        OpenStatus.Done => "done"u8,
        OpenStatus.NotAllowed => "not_allowed"u8,
        OpenStatus.NotFound => "not_found"u8,
        OpenStatus.Refused => "refused"u8,
        OpenStatus.Unreachable => "unreachable"u8,
        OpenStatus.TimedOut => "timed_out"u8,
        OpenStatus.Failed => "failed"u8,
        OpenStatus.TooMany => "too_many"u8,
        OpenStatus.PortTaken => "port_taken"u8,
        OpenStatus.Gone => "gone"u8,
        _ => throw new UnreachableException(),
    };
}
