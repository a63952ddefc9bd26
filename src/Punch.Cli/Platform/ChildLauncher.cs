using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Punch.Cli.HandOver;

namespace Punch.Cli.Platform;

/// <summary>
/// Runs the command as a child, on systems that cannot replace a process. Ctrl-C goes to both, and only the child acts on it.
/// </summary>
internal sealed class ChildLauncher : ICommandLauncher
{
    private const int FileNotFound = 2;
    private const int PathNotFound = 3;

    /// <inheritdoc/>
    public LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables, int? descriptor)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments) { UseShellExecute = false };
        foreach ((string name, string? value) in variables)
        {
            if (value is null) { start.Environment.Remove(name); }
            else { start.Environment[name] = value; }
        }


        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using PosixSignalRegistration quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => context.Cancel = true);
        try
        {
            using Process child = Process.Start(start)!;
            child.WaitForExit();
            return new LaunchResult(child.ExitCode);
        }
        catch (Win32Exception e)
        {
            bool isMissing = e.NativeErrorCode is FileNotFound or PathNotFound;
            return new LaunchResult(0, isMissing ? LaunchError.NotFound : LaunchError.NotExecutable);
        }
    }
}
