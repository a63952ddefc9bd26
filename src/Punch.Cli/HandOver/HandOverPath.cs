using System.Globalization;
using Punch.Cli.Output;
using Punch.Protocol;

namespace Punch.Cli.HandOver;

/// <summary>The path that a command is handed, as it finds it in its environment.</summary>
/// <param name="Local">The own address and port of the path; a wildcard host is normal.</param>
/// <param name="Remote">The peer's address and port as seen from here.</param>
/// <param name="Command">Who gets it.</param>
internal sealed record HandOverPath(HandOverCommand Command, TransportAddress Local, TransportAddress Remote)
{
    /// <summary>
    /// Starts the command. All sockets must be closed. Returns only where a process cannot become another, or when it fails.
    /// </summary>
    public ExitCode Launch(ICommandLauncher launcher, ErrorPrinter errors)
    {
        LaunchResult result = launcher.Launch(Command, Variables);
        if (result.Error is not { } error) { return (ExitCode)result.Exit; }

        Failure failure = Command.Refuse(error);
        errors.Fail(failure);
        return failure.Exit;
    }

    /// <summary>The variables. One that does not apply is null: it must not be inherited from a hand-over around this one.</summary>
    public IReadOnlyList<(string Name, string? Value)> Variables =>
    [
        ("PUNCH_LOCAL_PORT", Local.Port.ToString(CultureInfo.InvariantCulture)),
        ("PUNCH_LOCAL_HOST", Local.Host.IsAny ? null : Local.Host.ToString()),
        ("PUNCH_REMOTE_HOST", Remote.Host.ToString()),
        ("PUNCH_REMOTE_PORT", Remote.Port.ToString(CultureInfo.InvariantCulture)),
    ];
}
