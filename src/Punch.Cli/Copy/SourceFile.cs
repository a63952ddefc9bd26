using Microsoft.Win32.SafeHandles;
using Punch.Net.Unix;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>An open file that is read from its beginning to its end.</summary>
internal sealed class SourceFile : ISourceFile
{
    private readonly SafeFileHandle _handle;
    private readonly long _size;
    private readonly long _modifiedAt;
    private long _position;

    private SourceFile(SafeFileHandle handle, long size, long modifiedAt)
    {
        _handle = handle;
        _size = size;
        _modifiedAt = modifiedAt;
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="followsLink">Whether a link is followed.</param>
    /// <param name="size">The size that it is known by.</param>
    /// <param name="modifiedAt">The time that it is known by.</param>
    /// <exception cref="CopyFaultException">It cannot be read, or is something else now.</exception>
    public static SourceFile Open(string path, bool followsLink, long size, long modifiedAt)
    {
        try
        {
            return Open(Handle(path, followsLink), size, modifiedAt);
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Read(e);
        }
    }

    /// <summary>Takes an open file.</summary>
    /// <exception cref="CopyFaultException">It is no file with bytes.</exception>
    public static SourceFile Open(SafeFileHandle handle, long size, long modifiedAt)
    {
        try
        {
            if (Inspector.Of(handle).IsFile) { return new SourceFile(handle, size, modifiedAt); }
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            handle.Dispose();
            throw FileRefusal.Read(e);
        }

        handle.Dispose();
        throw new CopyFaultException(new CopyFault(CopyCause.Changed, ""));
    }

    /// <inheritdoc/>
    public int Read(Span<byte> buffer)
    {
        try
        {
            int count = RandomAccess.Read(_handle, buffer, _position);
            _position += count;
            return count;
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Read(e);
        }
    }

    /// <inheritdoc/>
    public bool IsUnchanged()
    {
        try
        {
            return Inspector.Of(_handle) is var facts && facts.Size == _size && facts.ModifiedAt == _modifiedAt;
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle Handle(string path, bool followsLink)
    {
        if (OperatingSystem.IsWindows())
        {
            const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, Share, FileOptions.SequentialScan);
        }

        int descriptor = FileCalls.OpenToRead(FileCalls.WorkingFolder, path, followsLink);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw FileRefusal.Read(descriptor);
    }
}
