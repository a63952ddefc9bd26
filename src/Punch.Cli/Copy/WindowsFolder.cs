using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>A folder by its path. Names that mean something else to Windows are refused, and so are links and mount points.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFolder(string path) : IFolder
{
    /// <inheritdoc/>
    public IFolder Again() => new WindowsFolder(path);

    /// <inheritdoc/>
    public IFolder? Open(string name, bool makes)
    {
        string inner = Join(name);
        try
        {
            if (Inspector.Look(inner) is not { } facts)
            {
                if (!makes) { return null; }

                Directory.CreateDirectory(inner);
            }
            else if (!facts.IsFolder || IsLink(inner))
            {
                throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, $"'{name}' is there, and is no folder"));
            }

            return new WindowsFolder(inner);
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }

    /// <inheritdoc/>
    public FileFacts? Look(string name)
    {
        string inner = Join(name);
        return Inspector.Look(inner) is { } facts && IsLink(inner) ? facts with { Mode = FileFacts.LinkType } : Inspector.Look(inner);
    }

    /// <inheritdoc/>
    public SafeFileHandle OpenToRead(string name) => Open(name, FileMode.Open, FileAccess.Read);

    /// <inheritdoc/>
    public SafeFileHandle OpenToWrite(string name)
    {
        if (Look(name) is { IsFile: false })
        {
            throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, $"'{name}' is there, and is no file"));
        }

        return Open(name, FileMode.OpenOrCreate, FileAccess.ReadWrite);
    }

    /// <inheritdoc/>
    public void Rename(SafeFileHandle file, string from, string to)
    {
        try
        {
            // Windows renames no file that is open.
            file.Dispose();
            File.Move(Join(from), Join(to), overwrite: true);
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }

    /// <inheritdoc/>
    public void Delete(string name)
    {
        try
        {
            File.Delete(Join(name));
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            // It stays, and the next copy begins it again.
        }
    }

    /// <inheritdoc/>
    public void Finish(SafeFileHandle file, CopyEntry entry)
    {
        try
        {
            File.SetLastWriteTimeUtc(file, Inspector.Time(entry.ModifiedAt));
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }

    /// <inheritdoc/>
    public void Finish(CopyEntry entry)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(path, Inspector.Time(entry.ModifiedAt));
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A path holds nothing open.
    }

    private SafeFileHandle Open(string name, FileMode mode, FileAccess access)
    {
        try
        {
            FileShare share = access == FileAccess.Read ? FileShare.Read : FileShare.None;
            return File.OpenHandle(Join(name), mode, access, share);
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }

    private string Join(string name) => WindowsName.IsUsable(name)
        ? Path.Join(path, name)
        : throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, $"Windows has no file of the name '{name}'"));

    private static bool IsLink(string inner) => (File.GetAttributes(inner) & FileAttributes.ReparsePoint) != 0;
}
