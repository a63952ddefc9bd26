using System.Globalization;
using Punch.Cli.Output;
using Punch.Protocol;

namespace Punch.Cli.HandOver;

/// <summary>The path that a command is handed, as it finds it in its environment.</summary>
/// <param name="Local">The own address and port of the path; a wildcard host is normal.</param>
/// <param name="Remote">The peer's address and port as seen from here.</param>
/// <param name="Command">Who gets it.</param>
/// <param name="Socket">A descriptor of the bound socket, where the command gets that, too; null where it binds the port itself.</param>
internal sealed record HandOverPath(HandOverCommand Command, TransportAddress Local, TransportAddress Remote, int? Socket = null)
{
    /// <summary>The number that the socket has for the command: the first that systemd hands over, SD_LISTEN_FDS_START.</summary>
    public const int Descriptor = 3;

    // What this process was told in confidence is no business of the command's.
    private static readonly string[] Secrets = ["PUNCH_CODE", "PUNCH_SERVER_PASSWORD"];

    /// <summary>
    /// Starts the command. All sockets must be closed. Returns only where a process cannot become another, or when it fails.
    /// </summary>
    public ExitCode Launch(ICommandLauncher launcher, ErrorPrinter errors)
    {
        LaunchResult result = launcher.Launch(Command, Variables, Socket);
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
        ("PUNCH_FD", Socket is null ? null : Descriptor.ToString(CultureInfo.InvariantCulture)),
        .. ListenVariables(),
        .. Secrets.Select(name => (name, (string?)null)),
    ];

    // As sd_listen_fds(3) has it. A process that becomes the command keeps its number. Those of a service manager around this process are
    // for whoever it started.
    private (string Name, string? Value)[] ListenVariables() => Socket is null
        ? []
        : [("LISTEN_FDS", "1"), ("LISTEN_PID", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), ("LISTEN_FDNAMES", "punch")];
}
