namespace Punch.Cli.HandOver;

/// <summary>Starts the command that gets the path.</summary>
internal interface ICommandLauncher
{
    /// <summary>
    /// Replaces this process with the command, or runs it to its end with this process's streams, and passes signals on. It returns only in
    /// the second case, or if the command could not be started.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="variables">Additional environment variables; a null value removes a variable.</param>
    /// <param name="descriptor">The descriptor that it gets as <see cref="HandOverPath.Descriptor"/>; null for none.</param>
    LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables, int? descriptor);
}

/// <summary>The result of a launch.</summary>
/// <param name="Exit">The command's exit code; 128 plus the signal number if a signal ended it.</param>
/// <param name="Error">Why it could not be started; null if it was started.</param>
internal readonly record struct LaunchResult(int Exit, LaunchError? Error = null);

/// <summary>Why a command could not be started.</summary>
internal enum LaunchError
{
    /// <summary>There is no such program.</summary>
    NotFound,

    /// <summary>The system refused to run it.</summary>
    NotExecutable,
}
