namespace Punch.Cli.HandOver;

/// <summary>Starts the command that a path is handed to.</summary>
internal interface ICommandLauncher
{
    /// <summary>
    /// Becomes the command, or runs it to its end with this process's streams, passing signals on. Returns only in the second case, or when
    /// the command could not be started.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="variables">What its environment has besides; a null takes a variable away.</param>
    /// <param name="descriptor">What it gets as descriptor <see cref="HandOverPath.Descriptor"/>; null for nothing.</param>
    LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables, int? descriptor);
}

/// <summary>What a launch came to.</summary>
/// <param name="Exit">The command's exit code; 128 and the number where a signal ended it.</param>
/// <param name="Error">Why it could not be started; null when it was.</param>
internal readonly record struct LaunchResult(int Exit, LaunchError? Error = null);

/// <summary>Why a command could not be started.</summary>
internal enum LaunchError
{
    /// <summary>There is no such program.</summary>
    NotFound,

    /// <summary>The system refuses to run it.</summary>
    NotExecutable,
}
