using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>The folder that files are received into.</summary>
/// <param name="root">The folder, open.</param>
/// <param name="mayReplace">Whether a file may be overwritten.</param>
internal sealed class TargetFolder(IFolder root, Func<CopyEntry, bool> mayReplace) : ICopyTarget, IDisposable
{
    /// <summary>Opens the folder that was typed. It is made if it is not there.</summary>
    /// <exception cref="FailureException">It cannot be opened or made.</exception>
    public static IFolder Open(string typed)
    {
        string full = Path.GetFullPath(typed);
        try
        {
            if (!Directory.Exists(full)) { Directory.CreateDirectory(full); }
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw Unusable(typed, FileRefusal.Text(e));
        }

        if (OperatingSystem.IsWindows()) { return new WindowsFolder(full); }

        int descriptor = FileCalls.OpenFolder(FileCalls.WorkingFolder, full, followsLink: true);
        return descriptor >= 0 ? new UnixFolder(descriptor) : throw Unusable(typed, FileRefusal.Write(descriptor).Fault.Text);
    }

    /// <inheritdoc/>
    public FoundEntry Look(CopyEntry entry)
    {
        if (PartName.IsOne(NameOf(entry)))
        {
            throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, "punch has its unfinished files under such names"));
        }

        using IFolder? folder = FolderOf(entry, makes: false);
        if (folder is null) { return new FoundEntry(FoundKind.Nothing, 0, HasPart: false); }

        bool hasPart = folder.Look(PartName.Of(NameOf(entry))) is { IsFile: true };
        return folder.Look(NameOf(entry)) is { } facts
            ? new FoundEntry(facts.IsFile ? FoundKind.File : facts.IsFolder ? FoundKind.Folder : FoundKind.Other, facts.Size, hasPart)
            : new FoundEntry(FoundKind.Nothing, 0, hasPart);
    }

    /// <inheritdoc/>
    public ISourceFile OpenFound(CopyEntry entry)
    {
        using IFolder folder = FolderOf(entry, makes: true)!;
        return SourceFile.Open(folder.OpenToRead(NameOf(entry)), entry.Size, entry.ModifiedAt);
    }

    /// <inheritdoc/>
    public bool MayReplace(CopyEntry entry) => mayReplace(entry);

    /// <inheritdoc/>
    public ITargetFile OpenPart(CopyEntry entry) => new TargetFile(FolderOf(entry, makes: true)!, NameOf(entry), entry);

    /// <inheritdoc/>
    public void Adopt(CopyEntry entry)
    {
        using IFolder folder = FolderOf(entry, makes: true)!;

        // Only its owner may change it, and the bytes are right anyway.
        if (folder.Look(NameOf(entry)) is { } facts && IsAsIs(facts, entry)) { return; }

        using Microsoft.Win32.SafeHandles.SafeFileHandle file = folder.OpenToRead(NameOf(entry));
        folder.Finish(file, entry);
    }

    /// <inheritdoc/>
    public void MakeFolder(CopyEntry entry)
    {
        using IFolder above = FolderOf(entry, makes: true)!;
        using IFolder folder = above.Open(NameOf(entry), makes: true)!;
        if (above.Look(NameOf(entry)) is not { } facts || !IsAsIs(facts, entry)) { folder.Finish(entry); }
    }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    private static bool IsAsIs(in FileFacts facts, CopyEntry entry) => facts.ModifiedAt == entry.ModifiedAt
        && (entry.Mode == CopyEntry.NoMode || (facts.Mode & CopyEntry.ModeBits) == entry.Mode);

    private static string NameOf(CopyEntry entry) => entry.Path.Names[^1];

    /// <summary>Opens the folder of an entry, name by name.</summary>
    private IFolder? FolderOf(CopyEntry entry, bool makes)
    {
        IFolder? folder = root.Again();
        foreach (string name in entry.Path.Names.SkipLast(1))
        {
            using IFolder outer = folder;
            folder = outer.Open(name, makes);
            if (folder is null) { return null; }
        }

        return folder;
    }

    private static FailureException Unusable(string typed, string why) =>
        new(new Failure(ExitCode.Local, "unwritable", $"cannot receive into '{typed}': {why}"));
}
