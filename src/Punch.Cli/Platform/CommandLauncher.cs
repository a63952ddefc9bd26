using Punch.Cli.HandOver;

namespace Punch.Cli.Platform;

/// <summary>The launcher of this system.</summary>
internal static class CommandLauncher
{
    /// <summary>
    /// On Unix a process becomes the command: its number, its terminal and its signals are the command's. Windows runs a child.
    /// </summary>
    public static ICommandLauncher System => OperatingSystem.IsWindows() ? new ChildLauncher() : new ExecLauncher();
}
