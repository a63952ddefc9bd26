namespace Punch.Cli.Failures;

/// <summary>Why the command cannot do, or did not do, what was asked: words for people and a code for scripts.</summary>
/// <param name="Exit">The process's exit code.</param>
/// <param name="Code">A stable word for scripts, listed in docs/json.md.</param>
/// <param name="Message">One line, lower case, no full stop. What a user typed is quoted in it as typed: it is made printable where it is
/// printed.</param>
internal sealed record Failure(ExitCode Exit, string Code, string Message)
{
    /// <summary>The next thing to try; one line.</summary>
    public string? Hint { get; init; }

    /// <summary>What was observed; at most two lines.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>A wrong command line. Without a hint of its own it points to the help of the command.</summary>
    public static Failure Usage(string message, string? hint = null) => new(ExitCode.Usage, "usage", message) { Hint = hint };
}

/// <summary>Carries a <see cref="Failure"/> up to the one place that prints it.</summary>
internal sealed class FailureException(Failure failure) : Exception(failure.Message)
{
    /// <summary>What went wrong.</summary>
    public Failure Failure { get; } = failure;
}
