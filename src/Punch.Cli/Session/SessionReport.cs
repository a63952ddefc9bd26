using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>What a session that ran to its end came to: all that a failure is explained with.</summary>
/// <param name="Start">How it began.</param>
/// <param name="Ledger">What happened.</param>
/// <param name="Statistics">What was counted.</param>
/// <param name="Outcome">How it ended, and what is known of both networks.</param>
/// <param name="Exit">The exit code, as far as the verdict decides it.</param>
internal sealed record SessionReport(
    SessionStart Start, SessionLedger Ledger, SessionStatistics Statistics, SessionOutcome Outcome, ExitCode Exit);
