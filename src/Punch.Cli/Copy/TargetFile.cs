using Microsoft.Win32.SafeHandles;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>An unfinished file, open and locked.</summary>
internal sealed class TargetFile : ITargetFile
{
    private readonly IFolder _folder;
    private readonly CopyEntry _entry;
    private readonly string _name;
    private readonly SafeFileHandle _handle;
    private long _position;

    /// <summary>Opens it, or makes it.</summary>
    /// <param name="folder">Its folder, which is disposed of with it.</param>
    /// <param name="name">The name that it gets at the end.</param>
    /// <param name="entry">What it becomes.</param>
    /// <exception cref="CopyFaultException">The system refuses.</exception>
    public TargetFile(IFolder folder, string name, CopyEntry entry)
    {
        (_folder, _name, _entry) = (folder, name, entry);
        try
        {
            _handle = folder.OpenToWrite(PartName.Of(name));
            Length = Do(() => RandomAccess.GetLength(_handle));
        }
        catch (CopyFaultException)
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long Length { get; }

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
            throw FileRefusal.Write(e);
        }
    }

    /// <inheritdoc/>
    public void Cut(long offset)
    {
        Do(() =>
        {
            RandomAccess.SetLength(_handle, offset);
            return 0;
        });
        _position = offset;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, _position);
            _position += bytes.Length;
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _folder.Finish(_handle, _entry);
        _folder.Rename(_handle, PartName.Of(_name), _name);
    }

    /// <inheritdoc/>
    public void Delete() => _folder.Delete(PartName.Of(_name));

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle?.Dispose();
        _folder.Dispose();
    }

    private static T Do<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (FileRefusal.IsOfTheSystem(e))
        {
            throw FileRefusal.Write(e);
        }
    }
}
