using Punch.Cli.HandOver;

namespace Punch.Cli.Platform;

/// <summary>The launcher of this system.</summary>
internal static class CommandLauncher
{
    /// <summary>
    /// On Unix the process becomes the command, with its process id, terminal and signals. On Windows the command is a child.
    /// </summary>
    public static ICommandLauncher System => OperatingSystem.IsWindows() ? new ChildLauncher() : new ExecLauncher();
}
