namespace Punch.Cli.HandOver;

/// <summary>The command after <c>--</c> that gets the path.</summary>
/// <param name="Program">A program on the search path, or a file.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record HandOverCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Why it cannot be run, as far as is known before a path is opened; null if no reason is known.</summary>
    public Failure? Check()
    {
        if (OperatingSystem.IsWindows()) { return null; }

        bool isFile = Program.Contains('/', StringComparison.Ordinal);
        string[] candidates = isFile
            ? [Program]
            : [.. SearchPath().Select(folder => Path.Combine(folder.Length == 0 ? "." : folder, Program))];
        if (candidates.Any(IsExecutable)) { return null; }

        bool isThere = candidates.Any(File.Exists) || (isFile && Directory.Exists(Program));
        return Refuse(isThere ? LaunchError.NotExecutable : LaunchError.NotFound);
    }

    /// <summary>The failure of a command that could not be run.</summary>
    public Failure Refuse(LaunchError error) => error == LaunchError.NotFound
        ? new Failure(ExitCode.CommandNotFound, "command_not_found", $"there is no command '{Program}'")
        : new Failure(ExitCode.CommandNotExecutable, "command_not_executable", $"the command '{Program}' cannot be run");

    // The search path that execvp(3) uses if PATH is not set.
    private static string[] SearchPath() => (Environment.GetEnvironmentVariable("PATH") ?? "/bin:/usr/bin").Split(':');

    private static bool IsExecutable(string file)
    {
        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return !OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & AnyExecute) != 0;
    }
}
