using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Punch.Net.Unix;

/// <summary>
/// System calls on files that are named from an open folder, so that nobody can put a link in the way. Each returns 0 or more, or the
/// negative error number.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class FileCalls
{
    private const string Library = "libc";

    /// <summary>AT_FDCWD: names are those of the working directory.</summary>
    public static int WorkingFolder => OperatingSystem.IsLinux() ? -100 : -2;

    /// <summary>Opens a folder.</summary>
    public static int OpenFolder(int folder, string name, bool followsLink = false) =>
        Open(folder, name, Flags.Folder | (followsLink ? 0 : Flags.NoLink));

    /// <summary>Opens a file to read it. It does not wait for the other end of a pipe.</summary>
    public static int OpenToRead(int folder, string name, bool followsLink = false) =>
        Open(folder, name, Flags.NoWait | (followsLink ? 0 : Flags.NoLink));

    /// <summary>Opens a file to read and write it, or makes one that nobody else may read.</summary>
    public static int OpenToWrite(int folder, string name)
    {
        const int ReadWrite = 2;
        const int Private = 0x180; // 0600
        int opened = Open(folder, name, ReadWrite | Flags.NoWait | Flags.NoLink);
        if (opened != -Errno.NoSuchFile) { return opened; }

        int made = Open(folder, name, ReadWrite | Flags.Create | Flags.Only | Flags.NoLink, Private);

        // Elsewhere the call takes its mode in another way.
        if (made >= 0 && !OperatingSystem.IsLinux()) { _ = SetMode(made, Private); }

        return made;
    }

    /// <summary>Makes a folder that nobody else may use.</summary>
    public static int MakeFolder(int folder, string name) => LibC.Result(MakeFolderCall(folder, name, 0x1C0)); // 0700

    /// <summary>Renames a file within its folder. What has the new name is replaced.</summary>
    public static int Rename(int folder, string from, string to) => LibC.Result(RenameCall(folder, from, folder, to));

    /// <summary>Deletes a file.</summary>
    public static int Delete(int folder, string name) => LibC.Result(DeleteCall(folder, name, 0));

    /// <summary>Sets the permissions of an open file.</summary>
    public static int SetMode(int descriptor, int mode) => LibC.Result(SetModeCall(descriptor, (uint)mode));

    /// <summary>Sets the time of the last change of an open file, in nanoseconds since 1970.</summary>
    public static int SetTime(int descriptor, long nanoseconds)
    {
        const long Second = 1_000_000_000;
        long seconds = Math.DivRem(nanoseconds, Second, out long rest);
        if (rest < 0) { (seconds, rest) = (seconds - 1, rest + Second); }

        // The time of the last read, and that of the last change: seconds and nanoseconds, each a C long.
        nint* times = stackalloc nint[] { (nint)seconds, (nint)rest, (nint)seconds, (nint)rest };
        return LibC.Result(SetTimesCall(descriptor, times));
    }

    /// <summary>Takes the lock of an open file, if no other process has it.</summary>
    public static int Lock(int descriptor)
    {
        const int ExclusiveAtOnce = 2 | 4; // LOCK_EX and LOCK_NB
        return LibC.Result(LockCall(descriptor, ExclusiveAtOnce));
    }

    /// <summary>Closes a descriptor.</summary>
    public static void Close(int descriptor) => _ = CloseCall(descriptor);

    /// <summary>What a name means in a folder; a link is not followed.</summary>
    [SupportedOSPlatform("linux")]
    public static int Describe(int folder, string name, out FileFacts facts)
    {
        const int NoLink = 0x100; // AT_SYMLINK_NOFOLLOW
        return Describe(folder, name, NoLink, out facts);
    }

    /// <summary>What an open file is.</summary>
    [SupportedOSPlatform("linux")]
    public static int Describe(int descriptor, out FileFacts facts)
    {
        const int ItSelf = 0x1000; // AT_EMPTY_PATH
        return Describe(descriptor, "", ItSelf, out facts);
    }

    [SupportedOSPlatform("linux")]
    private static int Describe(int folder, string name, int flags, out FileFacts facts)
    {
        const uint Basic = 0x7FF; // STATX_BASIC_STATS
        const int Length = 256;
        byte* buffer = stackalloc byte[Length];
        int result = LibC.Result(DescribeCall(folder, name, flags, Basic, buffer));
        facts = result < 0 ? default : FileFacts.Read(new ReadOnlySpan<byte>(buffer, Length));
        return result;
    }

    private static int Open(int folder, string name, int flags, int mode = 0) =>
        LibC.Result(OpenCall(folder, name, flags | Flags.CloseOnExec, mode));

    /// <summary>O_ flags. Linux has others for the two that matter most on ARM, and macOS has its own.</summary>
    private static class Flags
    {
        private static readonly bool IsLinux = OperatingSystem.IsLinux();
        private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

        public static int Create => IsLinux ? 0x40 : 0x200;

        public static int Only => IsLinux ? 0x80 : 0x800;

        public static int NoWait => IsLinux ? 0x800 : 0x4;

        public static int CloseOnExec => IsLinux ? 0x8_0000 : 0x100_0000;

        public static int Folder => !IsLinux ? 0x10_0000 : IsArm ? 0x4000 : 0x1_0000;

        public static int NoLink => !IsLinux ? 0x100 : IsArm ? 0x8000 : 0x2_0000;
    }

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(int folder, string name, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolderCall(int folder, string name, uint mode);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameCall(int fromFolder, string from, int toFolder, string to);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int DeleteCall(int folder, string name, int flags);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    private static partial int SetModeCall(int descriptor, uint mode);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    private static partial int SetTimesCall(int descriptor, nint* times);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    private static partial int LockCall(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int CloseCall(int descriptor);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int DescribeCall(int folder, string name, int flags, uint mask, byte* buffer);
}

/// <summary>What the system knows of a file.</summary>
/// <param name="Mode">The type and the permissions, as Unix has them.</param>
/// <param name="Size">The length in bytes.</param>
/// <param name="ModifiedAt">When it was last changed, in nanoseconds since 1970.</param>
/// <param name="Number">The number of the file on its device; 0 where that is not known.</param>
internal readonly record struct FileFacts(int Mode, long Size, long ModifiedAt, ulong Number)
{
    /// <summary>The type of a file with bytes.</summary>
    public const int FileType = 0x8000;

    /// <summary>The type of a folder.</summary>
    public const int FolderType = 0x4000;

    /// <summary>The type of a link.</summary>
    public const int LinkType = 0xA000;

    private const int TypeBits = 0xF000;

    /// <summary>Whether it is a file with bytes.</summary>
    public bool IsFile => (Mode & TypeBits) == FileType;

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => (Mode & TypeBits) == FolderType;

    /// <summary>Whether it is a link.</summary>
    public bool IsLink => (Mode & TypeBits) == LinkType;

    /// <summary>Reads the answer of statx(2).</summary>
    public static FileFacts Read(ReadOnlySpan<byte> answer)
    {
        // A time beyond the range of 64 bits is one far away.
        Int128 time = ((Int128)MemoryMarshal.Read<long>(answer[112..]) * 1_000_000_000) + MemoryMarshal.Read<uint>(answer[120..]);
        long modified = time > long.MaxValue ? long.MaxValue : time < long.MinValue ? long.MinValue : (long)time;
        return new FileFacts(
            MemoryMarshal.Read<ushort>(answer[28..]),
            MemoryMarshal.Read<long>(answer[40..]),
            modified,
            MemoryMarshal.Read<ulong>(answer[32..]));
    }
}
