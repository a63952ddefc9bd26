using System.Globalization;
using Punch.Cli.Options;
using Punch.Cli.Output;
using Punch.Protocol;

namespace Punch.Cli.HandOver;

/// <summary>The path that a command gets through its environment.</summary>
/// <param name="Local">The local address and port of the path; a wildcard host is normal.</param>
/// <param name="Remote">The peer's address and port, seen from here.</param>
/// <param name="Command">The command that gets the path.</param>
/// <param name="Socket">A descriptor of the bound socket, if the command gets it too; null if the command binds the port itself.</param>
internal sealed record HandOverPath(HandOverCommand Command, TransportAddress Local, TransportAddress Remote, int? Socket = null)
{
    /// <summary>The descriptor number of the socket in the command: the first that systemd passes, SD_LISTEN_FDS_START.</summary>
    public const int Descriptor = 3;

    // The command must not see the secrets of this process.
    private static readonly string[] Secrets = ["PUNCH_CODE", "PUNCH_SERVER_PASSWORD", EnvironmentDefaults.TurnPasswordVariable];

    /// <summary>
    /// Starts the command. All sockets must be closed. It returns only if the system cannot replace a process, or on failure.
    /// </summary>
    public ExitCode Launch(ICommandLauncher launcher, ErrorPrinter errors)
    {
        LaunchResult result = launcher.Launch(Command, Variables, Socket);
        if (result.Error is not { } error) { return (ExitCode)result.Exit; }

        Failure failure = Command.Refuse(error);
        errors.Fail(failure);
        return failure.Exit;
    }

    /// <summary>
    /// The environment variables. A variable that does not apply is null, so that it is not inherited from an outer hand-over.
    /// </summary>
    public IReadOnlyList<(string Name, string? Value)> Variables =>
    [
        ("PUNCH_LOCAL_PORT", Local.Port.ToString(CultureInfo.InvariantCulture)),
        ("PUNCH_LOCAL_HOST", Local.Host.IsAny ? null : Local.Host.ToString()),
        ("PUNCH_REMOTE_HOST", Remote.Host.ToString()),
        ("PUNCH_REMOTE_PORT", Remote.Port.ToString(CultureInfo.InvariantCulture)),
        ("PUNCH_FD", Socket is null ? null : Descriptor.ToString(CultureInfo.InvariantCulture)),
        .. ListenVariables(),
        .. Secrets.Select(name => (name, (string?)null)),
    ];

    // As in sd_listen_fds(3). A process that becomes the command keeps its process id. Variables from a service manager around this process
    // are removed, because they are for this process only.
    private (string Name, string? Value)[] ListenVariables() => Socket is null
        ? []
        : [("LISTEN_FDS", "1"), ("LISTEN_PID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), ("LISTEN_FDNAMES", "punch")];
}
