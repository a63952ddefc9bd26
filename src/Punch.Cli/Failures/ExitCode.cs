using Punch.Protocol.Session;

namespace Punch.Cli.Failures;

/// <summary>The exit codes: a promise to scripts, shown by <c>--help</c>.</summary>
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

    /// <summary>The peer failed to authenticate, or speaks another version.</summary>
    OtherVersion = 6,

    /// <summary>A bug in punch (EX_SOFTWARE of sysexits.h); nobody should ever see it.</summary>
    Internal = 70,

    /// <summary>The command after <c>--</c> cannot be run: as in every shell.</summary>
    CommandNotExecutable = 126,

    /// <summary>There is no command as the one after <c>--</c>: as in every shell.</summary>
    CommandNotFound = 127,

    /// <summary>Interrupted before a path was proven: 128 + SIGINT.</summary>
    Interrupted = 130,
}

/// <summary>From what a session showed to how the process ends.</summary>
internal static class ExitCodes
{
    /// <summary>The exit code of a session that ran to its end.</summary>
    /// <param name="outcome">What the session showed.</param>
    /// <param name="requirement">What it had to show.</param>
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

/// <summary>How a session ended, as far as the exit code cares.</summary>
/// <param name="Verdict">What was shown.</param>
/// <param name="IsInterrupted">Whether a signal or a closed output ended it.</param>
/// <param name="SpeaksOtherVersion">Whether every peer message that came was of another version.</param>
internal readonly record struct SessionFinish(Verdict Verdict, bool IsInterrupted, bool SpeaksOtherVersion);
