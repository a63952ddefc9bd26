using System.Diagnostics;
using System.Globalization;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;

namespace Punch.Cli.Pipe;

/// <summary>Says why streams did not carry everything, although there was a path.</summary>
internal static class StreamFailure
{
    /// <summary>One side has a stream, and the other one is there for something else.</summary>
    public static Failure NoMatch { get; } = new(ExitCode.NoPath, "no_match", "the two sides want different things of the path")
    {
        Hint = "both need --pipe, both --datagrams, or both forwards; or one of them --send and the other --receive",
    };

    /// <summary>Explains it; null if everything was carried.</summary>
    public static Failure? Explain(SessionStatistics statistics) => statistics.Data switch
    {
        DataOutcome.Complete => null,
        DataOutcome.PeerLeft => CutShort($"the peer left before everything was through{Missing(statistics)}"),
        DataOutcome.PeerFailed => CutShort("the peer could not read its input to the end: what came is incomplete"),
        DataOutcome.PeerReplaced => new Failure(
            ExitCode.NoPath, "peer_restarted", $"the peer was started again in the middle{Missing(statistics)}")
        {
            Hint = "start both sides again",
        },
        DataOutcome.Unfinished => CutShort($"the session ended before everything was through{Missing(statistics)}"),
        DataOutcome.Broken => CutShort($"the two sides do not understand each other{Missing(statistics)}"),
        DataOutcome.OldPeer => new Failure(ExitCode.OtherVersion, "other_version", "the peer's punch has no reliable streams")
        {
            Hint = "update it, or add --datagrams on both sides",
        },
        DataOutcome.NoMatch => NoMatch,
        _ => throw new UnreachableException(),
    };

    private static Failure CutShort(string message) => new(ExitCode.NoPath, "cut_short", message);

    private static string Missing(SessionStatistics statistics)
    {
        long missing = statistics.Streams.Sent - statistics.Streams.Consumed;
        return missing <= 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $": {missing} of {statistics.Streams.Sent} bytes sent are not confirmed");
    }
}
