using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Punch.Cli.HandOver;

/// <summary>
/// Replaces this process by the command. There is then nothing to pass on: signals, the terminal, the standard streams, the process's number
/// and its end are the command's own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class ExecLauncher : ICommandLauncher
{
    private const int Enoent = 2;
    private const int Enotdir = 20;
    private const int SigPipe = 13;

    /// <inheritdoc/>
    public LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables)
    {
        // The environment of the C library: the runtime's is a copy that no other program sees.
        foreach ((string name, string? value) in variables)
        {
            if (value is null) { _ = UnsetVariable(name); }
            else { _ = SetVariable(name, value, overwrite: 1); }
        }

        // The runtime ignores SIGPIPE, and what is ignored stays so in the next program.
        _ = SetSignal(SigPipe, handler: 0);
        string?[] words = [command.Program, .. command.Arguments, null];
        _ = Execute(command.Program, words);
        return new LaunchResult(0, Marshal.GetLastPInvokeError() is Enoent or Enotdir ? LaunchError.NotFound : LaunchError.NotExecutable);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "execvp", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string file, string?[] words);
}
