using System.Runtime.Versioning;
using Punch.Cli.HandOver;
using Punch.Net.Unix;

namespace Punch.Cli.Platform;

/// <summary>
/// Replaces this process with the command. Then nothing has to be passed on: signals, the terminal, the standard streams, the process id
/// and the exit code are the command's own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ExecLauncher : ICommandLauncher
{
    private const int SigPipe = 13;

    /// <inheritdoc/>
    public LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables, int? descriptor)
    {
        // The environment of the C library. The runtime's environment is a copy that no other program sees.
        foreach ((string name, string? value) in variables) { LibC.SetVariable(name, value); }

        if (descriptor is { } socket) { _ = LibC.Renumber(socket, HandOverPath.Descriptor); }

        // The runtime ignores SIGPIPE, and the next program would inherit that.
        LibC.RestoreSignal(SigPipe);
        string?[] words = [command.Program, .. command.Arguments, null];
        int error = -LibC.Execute(command.Program, words);
        return new LaunchResult(0, error is Errno.NoSuchFile or Errno.NotADirectory ? LaunchError.NotFound : LaunchError.NotExecutable);
    }
}
