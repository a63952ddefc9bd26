using Punch.Protocol.Session;

namespace Punch.Cli.Failures;

/// <summary>The exit codes. Scripts rely on them, so they never change. <c>--help</c> lists them.</summary>
internal enum ExitCode
{
    /// <summary>A two-way path was proven, or the command did its job.</summary>
    Success = 0,

    /// <summary>No two-way path before the deadline.</summary>
    NoPath = 1,

    /// <summary>Wrong usage, or a name that does not resolve.</summary>
    Usage = 2,

    /// <summary>Local network error: port taken, no route, no permission. Also an output that cannot be written.</summary>
    Local = 3,

    /// <summary>Server unreachable or refusing.</summary>
    Server = 4,

    /// <summary>Only a relayed path is to be had, and a direct one was asked for.</summary>
    RelayedOnly = 5,

    /// <summary>The peer failed to authenticate, or speaks another version.</summary>
    OtherVersion = 6,

    /// <summary>A bug in punch (EX_SOFTWARE of sysexits.h).</summary>
    Internal = 70,

    /// <summary>The command after <c>--</c> cannot be run; the same number as in a shell.</summary>
    CommandNotExecutable = 126,

    /// <summary>The command after <c>--</c> does not exist; the same number as in a shell.</summary>
    CommandNotFound = 127,

    /// <summary>Interrupted before a path was proven: 128 + SIGINT.</summary>
    Interrupted = 130,
}

/// <summary>Maps the result of a session to the exit code.</summary>
internal static class ExitCodes
{
    /// <summary>The exit code of a session that ran to its end.</summary>
    /// <param name="outcome">The result of the session.</param>
    /// <param name="requirement">The result that was required.</param>
    public static ExitCode Of(in SessionFinish outcome, Requirement requirement)
    {
        bool isEnough = outcome.Verdict switch
        {
            Verdict.TwoWay => true,
            Verdict.OneWay => requirement == Requirement.OneWay,
            _ => false,
        };
        if (isEnough) { return ExitCode.Success; }

        if (outcome.IsInterrupted) { return ExitCode.Interrupted; }

        return outcome.SpeaksOtherVersion ? ExitCode.OtherVersion : ExitCode.NoPath;
    }
}

/// <summary>The end of a session, as far as the exit code depends on it.</summary>
/// <param name="Verdict">What was proven.</param>
/// <param name="IsInterrupted">Whether a signal or a closed output ended the session.</param>
/// <param name="SpeaksOtherVersion">Whether every peer message was of another version.</param>
internal readonly record struct SessionFinish(Verdict Verdict, bool IsInterrupted, bool SpeaksOtherVersion);
