using System.Runtime.Versioning;
using Punch.Cli.HandOver;
using Punch.Net.Unix;

namespace Punch.Cli.Platform;

/// <summary>
/// Replaces this process by the command. There is then nothing to pass on: signals, the terminal, the standard streams, the process's
/// number and its end are the command's own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ExecLauncher : ICommandLauncher
{
    private const int SigPipe = 13;

    /// <inheritdoc/>
    public LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables, int? descriptor)
    {
        // The environment of the C library: the runtime's is a copy that no other program sees.
        foreach ((string name, string? value) in variables) { LibC.SetVariable(name, value); }

        if (descriptor is { } socket) { _ = LibC.Renumber(socket, HandOverPath.Descriptor); }

        // The runtime ignores SIGPIPE, and what is ignored stays so in the next program.
        LibC.RestoreSignal(SigPipe);
        string?[] words = [command.Program, .. command.Arguments, null];
        int error = -LibC.Execute(command.Program, words);
        return new LaunchResult(0, error is Errno.NoSuchFile or Errno.NotADirectory ? LaunchError.NotFound : LaunchError.NotExecutable);
    }
}
