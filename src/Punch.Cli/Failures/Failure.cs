namespace Punch.Cli.Failures;

/// <summary>Why the command cannot do, or did not do, its task: text for people and a code for scripts.</summary>
/// <param name="Exit">The exit code of the process.</param>
/// <param name="Code">A stable code for scripts, listed in docs/json.md.</param>
/// <param name="Message">One line, lower case, no full stop. It quotes the user's text unchanged; the printer makes it printable.</param>
internal sealed record Failure(ExitCode Exit, string Code, string Message)
{
    /// <summary>The next thing to try; one line.</summary>
    public string? Hint { get; init; }

    /// <summary>What was observed, a line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>A wrong command line. Without a hint, the user is pointed to the help of the command.</summary>
    public static Failure Usage(string message, string? hint = null) => new(ExitCode.Usage, "usage", message) { Hint = hint };
}

/// <summary>Carries a <see cref="Failure"/> to the place that prints it.</summary>
internal sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    /// <summary>The failure to print.</summary>
    public Failure Failure { get; } = failure;
}
