using System.Diagnostics;
using System.Globalization;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;

namespace Punch.Cli.Pipe;

/// <summary>Explains why a session with a proven path did not carry all datagrams of <c>--pipe</c>.</summary>
internal static class DatagramFailure
{
    /// <summary>The hint if doubled datagrams are not recognised.</summary>
    public const string InexactHint = "the peer's punch does not number its data: a doubled datagram can hide a lost one";

    /// <summary>The failure; null if it was completed.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="statistics">The counts of the session.</param>
    /// <param name="isInterrupted">Whether a signal, or a reader that went away, ended it. Then only its input can have failed.</param>
    public static Failure? Explain(DatagramPipe pipe, SessionStatistics statistics, bool isInterrupted)
    {
        if (pipe.InputFailure is { } failure) { return failure; }

        if (isInterrupted) { return null; }

        return pipe.Dropped > 0
            ? CutShort(Invariant($"{Datagrams(pipe.Dropped)} dropped: standard output was not read fast enough"))
            : Explain(statistics);
    }

    private static Failure? Explain(SessionStatistics statistics) => statistics.Data switch
    {
        DataOutcome.Complete => null,
        DataOutcome.PeerLeft => CutShort($"the peer left before all data was through{Missing(statistics)}"),
        DataOutcome.PeerFailed => CutShort("the peer could not read its input to the end: what came is incomplete"),
        DataOutcome.PeerReplaced => CutShort("another peer took the place of the first in the middle: each has a part of the data"),
        DataOutcome.Unfinished => CutShort($"the session ended before all data was through{Missing(statistics)}"),
        DataOutcome.Unconfirmed when !statistics.PeerCountsData =>
            Unconfirmed("the other side did not say that any of the data came", "does it run with --pipe, too?"),
        DataOutcome.Unconfirmed => Unconfirmed(
            $"the other side did not confirm all data{Missing(statistics)}", "it may be gone: check what it has, or send all again"),
        DataOutcome.Lost => new Failure(ExitCode.NoPath, "lost", Lost(statistics)) { Hint = "lost datagrams are not sent again" },
        DataOutcome.NoMatch => StreamFailure.NoMatch,
        DataOutcome.Doubled => Unconfirmed("more datagrams came than were sent: some were doubled, and others may be missing", null),
        _ => throw new UnreachableException(),
    };

    private static Failure CutShort(string message) => new(ExitCode.NoPath, "cut_short", message);

    private static Failure Unconfirmed(string message, string? hint) => new(ExitCode.NoPath, "unconfirmed", message) { Hint = hint };

    private static string Missing(SessionStatistics statistics)
    {
        Volume missing = statistics.DataUnconfirmed;
        return missing.Datagrams == 0
            ? ""
            : Invariant($": {missing.Datagrams} of {statistics.DataSent.Datagrams} datagrams ({missing.Bytes} bytes) are unconfirmed");
    }

    private static string Lost(SessionStatistics statistics)
    {
        Loss outbound = statistics.DataOutbound;
        Loss inbound = statistics.DataInbound;
        string own = outbound.Lost == 0 ? "" : Invariant($"{outbound.Lost} of {outbound.Expected} datagrams to the peer were lost");
        string peers = inbound.Lost == 0 ? "" : Invariant($"{inbound.Lost} of {inbound.Expected} datagrams from the peer were lost");
        return own.Length > 0 && peers.Length > 0 ? $"{own}, {peers}" : own + peers;
    }

    private static string Datagrams(long count) => count == 1 ? "1 datagram was" : Invariant($"{count} datagrams were");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
