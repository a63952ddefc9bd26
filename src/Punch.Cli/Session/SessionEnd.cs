using Punch.Cli.HandOver;
using Punch.Protocol;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>What is known when a session is over.</summary>
internal sealed record SessionEnd
{
    /// <summary>The process's exit code.</summary>
    public required ExitCode Exit { get; init; }

    /// <summary>What was shown.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>What was counted.</summary>
    public SessionStatistics Statistics { get; init; } = new();

    /// <summary>The far end of the path that was open last; null when none was.</summary>
    public TransportAddress? Path { get; init; }

    /// <summary>Whether a server relayed that path.</summary>
    public bool IsRelayed { get; init; }

    /// <summary>Who relayed it, in words for people; null where nobody did.</summary>
    public string? RelayedBy { get; init; }

    /// <summary>Whether it was to carry streams.</summary>
    public bool HasStreams { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How a meeting ended, undecided when it could not start; null where the peer's address was known.</summary>
    public SessionOutcome? Outcome { get; init; }

    /// <summary>The command that gets the path now; null for none.</summary>
    public HandOverPath? HandOver { get; init; }

    /// <summary>Why it did not do what was asked; null when it did, or was interrupted.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The end of a session that could not start.</summary>
    /// <param name="failure">Why; null when it was interrupted.</param>
    /// <param name="isMeeting">Whether it was to be a meeting.</param>
    public static SessionEnd BeforeStart(Failure? failure, bool isMeeting) => new()
    {
        Exit = failure?.Exit ?? ExitCode.Interrupted,
        Failure = failure,
        Outcome = isMeeting ? new SessionOutcome { Result = SessionResult.Undecided } : null,
    };
}
