using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;

namespace Punch.Cli.Copy;

/// <summary>Looks at files: with nanoseconds on Linux, and elsewhere as well as the framework can.</summary>
internal static class Inspector
{
    private const long NanosecondsPerTick = 100;

    /// <summary>What is at a path; a link is not followed. Null if nothing is there, or it cannot be seen.</summary>
    public static FileFacts? Look(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return FileCalls.Describe(FileCalls.WorkingFolder, path, out FileFacts facts) < 0 ? null : facts;
        }

        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            return info.Exists || info.LinkTarget is not null ? Of(info) : null;
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            return null;
        }
    }

    /// <summary>What an open file is.</summary>
    /// <exception cref="IOException">The system does not say.</exception>
    public static FileFacts Of(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            int result = FileCalls.Describe((int)handle.DangerousGetHandle(), out FileFacts facts);
            return result < 0 ? throw new IOException("unknown", -result) : facts;
        }

        // A pipe has no length.
        int mode = OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(handle);
        return new FileFacts(
            FileFacts.FileType | mode, RandomAccess.GetLength(handle), Time(File.GetLastWriteTimeUtc(handle)), Number: 0);
    }

    /// <summary>Nanoseconds since 1970 as a time of the framework.</summary>
    [SupportedOSPlatform("windows")]
    public static DateTime Time(long nanoseconds)
    {
        DateTime time = DateTime.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick);
        var first = DateTime.FromFileTimeUtc(1);
        return time < first ? first : time;
    }

    private static FileFacts Of(FileSystemInfo info)
    {
        int type = info.LinkTarget is not null ? FileFacts.LinkType : info is DirectoryInfo ? FileFacts.FolderType : FileFacts.FileType;
        int mode = OperatingSystem.IsWindows() ? 0 : (int)info.UnixFileMode;
        return new FileFacts(type | mode, (info as FileInfo)?.Length ?? 0, Time(info.LastWriteTimeUtc), Number: 0);
    }

    private static long Time(DateTime time)
    {
        Int128 nanoseconds = (Int128)(time - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;
        return nanoseconds > long.MaxValue ? long.MaxValue : nanoseconds < long.MinValue ? long.MinValue : (long)nanoseconds;
    }
}
