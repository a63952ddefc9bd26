using System.Diagnostics;
using System.Globalization;
using Punch.Protocol.Channels;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>Explains a copy that is not complete.</summary>
internal static class CopyFailure
{
    private const string Again = "run both commands again: the copy goes on where it stopped";

    /// <summary>Explains it; null if it is complete.</summary>
    /// <param name="status">How the copy stands.</param>
    /// <param name="data">How the stream below it ended.</param>
    /// <param name="isInterrupted">Whether a signal ended it.</param>
    public static Failure? Explain(CopyStatus status, DataOutcome data, bool isInterrupted)
    {
        if (!status.Fault.IsNone) { return OfCopy(status); }

        if (status.FirstFailure is { } first && (status.IsOver || isInterrupted)) { return OfEntry(first, status.Counts.Failed); }

        // The peer may be gone as soon as both know that all is done.
        if (status.IsOver) { return null; }

        return isInterrupted ? CutShort("interrupted before everything was copied") : OfStream(data);
    }

    private static Failure OfStream(DataOutcome data) => data switch
    {
        DataOutcome.OldPeer => new Failure(ExitCode.OtherVersion, "other_version", "the peer's punch cannot copy files")
        {
            Hint = "update it",
        },
        DataOutcome.NoMatch => new Failure(ExitCode.NoPath, "no_match", "the two sides want different things of the path")
        {
            Hint = "one side needs --send, the other one --receive",
        },
        DataOutcome.PeerReplaced => new Failure(ExitCode.NoPath, "peer_restarted", "the peer was started again in the middle")
        {
            Hint = "start this side again, too: the copy goes on where it stopped",
        },
        DataOutcome.PeerLeft => CutShort("the peer left before everything was copied"),
        _ => CutShort("the session ended before everything was copied"),
    };

    private static Failure CutShort(string message) => new(ExitCode.NoPath, "cut_short", message) { Hint = Again };

    private static Failure OfCopy(CopyStatus status)
    {
        (CopyCause cause, string text) = status.Fault;
        string reason = text.Length == 0 ? "" : $": {text}";
        return cause switch
        {
            CopyCause.Outside when status.IsFaultOfPeer => Broken("the peer refuses a path that this side named"),
            CopyCause.Outside => Broken("the peer names a path outside the folder: nothing was written there"),
            CopyCause.OtherVersion => new Failure(ExitCode.OtherVersion, "other_version", "the peer copies in another way")
            {
                Hint = "use the same version of punch on both sides",
            },
            CopyCause.WriteFailed when status.FirstFailure is { } first => OfEntry(first, status.Counts.Failed),
            CopyCause.WriteFailed => new Failure(ExitCode.NoPath, Code(cause), $"the receiver cannot write{reason}"),
            _ => Broken("the two sides do not understand each other"),
        };
    }

    private static Failure Broken(string message) => new(ExitCode.NoPath, "violation", message);

    /// <summary>The failure of an entry.</summary>
    public static Failure Of(CopyResult result)
    {
        (CopyCause cause, string text) = result.Fault;
        return new Failure(ExitCode.NoPath, Code(cause), $"{result.Entry.Path.Text}: {Words(cause, text)}") { Hint = Hint(cause) };
    }

    private static Failure OfEntry(CopyResult first, long count)
    {
        Failure failure = Of(first);
        return count < 2 ? failure : failure with
        {
            Message = string.Create(CultureInfo.InvariantCulture, $"{failure.Message}; {count - 1} more failed"),
        };
    }

    /// <summary>Why an entry failed, in words.</summary>
    public static string Words(CopyCause cause, string text) => cause switch
    {
        CopyCause.WriteFailed => $"the receiver cannot write it: {text}",
        CopyCause.ReadFailed => $"the sender cannot read it: {text}",
        CopyCause.HashMismatch => "the bytes that arrived are not those that were sent",
        CopyCause.Changed => "it changed while it was sent",
        CopyCause.Exists => "another file of this name is there, and was not overwritten",
        _ => text.Length == 0 ? "it was not copied" : text,
    };

    private static string? Hint(CopyCause cause) => cause switch
    {
        CopyCause.Exists => "--force on the receiving side overwrites",
        CopyCause.HashMismatch or CopyCause.Changed => "run both commands again",
        _ => null,
    };

    /// <summary>The code of a cause, for programs.</summary>
    public static string Code(CopyCause cause) => cause switch
    {
        CopyCause.WriteFailed => "write_failed",
        CopyCause.ReadFailed => "read_failed",
        CopyCause.HashMismatch => "hash_mismatch",
        CopyCause.Changed => "changed",
        CopyCause.Exists => "exists",
        CopyCause.Stopped => "cut_short",
        CopyCause.Outside or CopyCause.Violation => "violation",
        CopyCause.OtherVersion => "other_version",
        _ => throw new UnreachableException(),
    };
}
