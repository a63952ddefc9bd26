using Punch.Protocol.Copying;

namespace Punch.Tests.Copying;

/// <summary>Files and folders in memory, to be sent.</summary>
internal sealed class MemorySource(IEnumerable<(CopyEntry Entry, byte[] Bytes)> files) : ICopySource
{
    private readonly Queue<CopyEntry> _rest = new(files.Select(file => file.Entry));
    private readonly Dictionary<string, byte[]> _bytes = files.ToDictionary(file => file.Entry.Path.Text, file => file.Bytes);

    public long TotalBytes => _bytes.Values.Sum(bytes => (long)bytes.Length);

    /// <summary>A file that cannot be opened.</summary>
    public string? Unreadable { get; init; }

    /// <summary>A file that is written by another program while it is read.</summary>
    public string? Changing { get; init; }

    /// <summary>How many files are open.</summary>
    public int OpenFiles { get; private set; }

    public CopyEntry? Next() => _rest.TryDequeue(out CopyEntry? entry) ? entry : null;

    public ISourceFile Open(CopyEntry entry)
    {
        if (entry.Path.Text == Unreadable) { throw new CopyFaultException(new CopyFault(CopyCause.ReadFailed, "permission denied")); }

        OpenFiles++;
        return new MemoryFile(_bytes[entry.Path.Text], entry.Path.Text != Changing, () => OpenFiles--);
    }

    /// <summary>A file.</summary>
    public static (CopyEntry Entry, byte[] Bytes) File(string path, byte[] bytes, ushort mode = 0x1A4, long time = 1_000_000_007) =>
        (Entry(EntryKind.File, path) with { Size = bytes.Length, Mode = mode, ModifiedAt = time }, bytes);

    /// <summary>A folder.</summary>
    public static (CopyEntry Entry, byte[] Bytes) Folder(string path, long time = 5) =>
        (Entry(EntryKind.Folder, path) with { Mode = 0x1ED, ModifiedAt = time }, []);

    private static CopyEntry Entry(EntryKind kind, string path) =>
        EntryPath.TryMake(path, out EntryPath? made) ? new CopyEntry(kind, made) : throw new ArgumentException(path);
}

/// <summary>A file in memory, to be read.</summary>
internal sealed class MemoryFile(byte[] bytes, bool isUnchanged, Action onClose) : ISourceFile
{
    private int _position;

    public int Read(Span<byte> buffer)
    {
        // A file gives fewer bytes than were asked for now and then.
        int count = Math.Min(Math.Min(buffer.Length, 50_000), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public bool IsUnchanged() => isUnchanged;

    public void Dispose() => onClose();
}
