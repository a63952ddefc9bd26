using Punch.Cli.Platform;
using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>Puts what the system says of a file into words.</summary>
internal static class FileRefusal
{
    /// <summary>EDQUOT: the user may have no more of the disk. The number is that of Linux.</summary>
    private const int Quota = 122;

    /// <summary>EROFS, on every Unix.</summary>
    private const int ReadOnly = 30;

    /// <summary>The failure of a write, from the negative error number.</summary>
    public static CopyFaultException Write(int result) => new(new CopyFault(CopyCause.WriteFailed, Text(-result)), IsOfTheDisk(-result));

    /// <summary>The failure of a write.</summary>
    public static CopyFaultException Write(Exception e) =>
        new(new CopyFault(CopyCause.WriteFailed, Text(e)), !OperatingSystem.IsWindows() && IsOfTheDisk(e.HResult));

    /// <summary>The failure of a read.</summary>
    public static CopyFaultException Read(Exception e) => new(new CopyFault(CopyCause.ReadFailed, Text(e)));

    /// <summary>The failure of a read, from the negative error number.</summary>
    public static CopyFaultException Read(int result) => new(new CopyFault(CopyCause.ReadFailed, Text(-result)));

    /// <summary>Whether an exception is one of the file system.</summary>
    public static bool IsOfTheSystem(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>What an exception says, without the path.</summary>
    public static string Text(Exception e)
    {
        // On Unix the code of a file exception is the error number.
        if (!OperatingSystem.IsWindows() && e.HResult is > 0 and < 200) { return Text(e.HResult); }

        return e switch
        {
            FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
            UnauthorizedAccessException => "permission denied",
            _ => e.Message,
        };
    }

    private static string Text(int number) =>
        number == Errno.NoSpace ? "no space left on the device" : SystemErrorText.Of(number);

    // The next file would fail, too.
    private static bool IsOfTheDisk(int number) => number is Errno.NoSpace or Errno.InputOutput or Quota or ReadOnly;
}
