using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>A folder as an open descriptor: its names stay those of this folder, whatever is renamed or linked meanwhile.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixFolder(int descriptor) : IFolder
{
    private const ushort UsualFileMode = 0x1A4; // 0644
    private const ushort UsualFolderMode = 0x1ED; // 0755

    // EEXIST on every Unix, and ELOOP.
    private const int Exists = 17;
    private static readonly int Loop = OperatingSystem.IsLinux() ? 40 : 62;

    /// <inheritdoc/>
    public IFolder Again() => Open(".", makes: false) ?? throw FileRefusal.Write(-Errno.NoSuchFile);

    /// <inheritdoc/>
    public IFolder? Open(string name, bool makes)
    {
        int opened = FileCalls.OpenFolder(descriptor, name);
        if (opened == -Errno.NoSuchFile && makes)
        {
            int made = FileCalls.MakeFolder(descriptor, name);
            opened = made < 0 && made != -Exists ? made : FileCalls.OpenFolder(descriptor, name);
        }

        if (opened >= 0) { return new UnixFolder(opened); }

        if (opened == -Errno.NoSuchFile && !makes) { return null; }

        // A link is no folder, whatever it leads to.
        throw opened == -Errno.NotADirectory || opened == -Loop
            ? new CopyFaultException(new CopyFault(CopyCause.WriteFailed, $"'{name}' is there, and is no folder"))
            : FileRefusal.Write(opened);
    }

    /// <inheritdoc/>
    public FileFacts? Look(string name)
    {
        if (OperatingSystem.IsLinux()) { return FileCalls.Describe(descriptor, name, out FileFacts facts) < 0 ? null : facts; }

        int opened = FileCalls.OpenToRead(descriptor, name);
        if (opened == -Errno.NoSuchFile) { return null; }

        if (opened < 0) { return new FileFacts(FileFacts.LinkType, 0, 0, 0); }

        using var handle = new SafeFileHandle(opened, ownsHandle: true);
        using UnixFolder? folder = TryOpen(name);
        return folder is null ? Inspector.Of(handle) : new FileFacts(FileFacts.FolderType, 0, 0, 0);
    }

    /// <inheritdoc/>
    public SafeFileHandle OpenToRead(string name)
    {
        int opened = FileCalls.OpenToRead(descriptor, name);
        return opened >= 0 ? new SafeFileHandle(opened, ownsHandle: true) : throw FileRefusal.Write(opened);
    }

    /// <inheritdoc/>
    public SafeFileHandle OpenToWrite(string name)
    {
        int opened = FileCalls.OpenToWrite(descriptor, name);
        if (opened < 0) { throw FileRefusal.Write(opened); }

        var handle = new SafeFileHandle(opened, ownsHandle: true);
        int locked = FileCalls.Lock(opened);
        if (locked >= 0 && Inspector.Of(handle) is { IsFile: true } facts && Look(name) == facts) { return handle; }

        handle.Dispose();
        throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, "another copy writes it"));
    }

    /// <inheritdoc/>
    public void Rename(SafeFileHandle file, string from, string to) => Check(FileCalls.Rename(descriptor, from, to));

    /// <inheritdoc/>
    public void Delete(string name) => _ = FileCalls.Delete(descriptor, name);

    /// <inheritdoc/>
    public void Finish(SafeFileHandle file, CopyEntry entry) =>
        Finish((int)file.DangerousGetHandle(), entry, UsualFileMode);

    /// <inheritdoc/>
    public void Finish(CopyEntry entry) => Finish(descriptor, entry, UsualFolderMode);

    /// <inheritdoc/>
    public void Dispose() => FileCalls.Close(descriptor);

    private static void Finish(int file, CopyEntry entry, ushort usualMode)
    {
        Check(FileCalls.SetMode(file, entry.Mode == CopyEntry.NoMode ? usualMode : entry.Mode));
        Check(FileCalls.SetTime(file, entry.ModifiedAt));
    }

    private UnixFolder? TryOpen(string name) =>
        FileCalls.OpenFolder(descriptor, name) is >= 0 and int opened ? new UnixFolder(opened) : null;

    private static void Check(int result)
    {
        if (result < 0) { throw FileRefusal.Write(result); }
    }
}
