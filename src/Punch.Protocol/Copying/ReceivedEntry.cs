namespace Punch.Protocol.Copying;

/// <summary>An entry that was offered, and has no result yet or still has bytes under way.</summary>
internal sealed class ReceivedEntry(CopyEntry entry, uint number) : IDisposable
{
    private ITargetFile? _part;
    private FileHash? _hash;

    public CopyEntry Entry => entry;

    public uint Number => number;

    public ReceivedPhase Phase { get; set; }

    /// <summary>Whether an unfinished file was there.</summary>
    public bool HasPart { get; set; }

    /// <summary>How many bytes are there.</summary>
    public long Length => _hash?.Length ?? 0;

    /// <summary>The SHA-256 of what is there.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>Reads the file that is at its place.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    public void HashFound(ICopyTarget target, byte[] buffer)
    {
        using ISourceFile file = target.OpenFound(entry);
        using var hash = new FileHash();
        hash.ReadTo(entry.Size, file.Read, buffer);
        Hash = hash.Current;
    }

    /// <summary>Reads the unfinished file, which stays open. Returns false if it is of no use.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    public bool TryHashPart(ICopyTarget target, byte[] buffer)
    {
        _part = target.OpenPart(entry);
        _hash = new FileHash();
        bool isUseful = _part.Length > 0 && _part.Length <= entry.Size && _hash.ReadTo(_part.Length, _part.Read, buffer);
        Hash = _hash.Current;
        return isUseful;
    }

    /// <summary>Goes on behind the bytes that were compared.</summary>
    /// <exception cref="CopyFaultException">The file cannot be written.</exception>
    public void Continue() => _part!.Cut(Length);

    /// <summary>Begins again.</summary>
    /// <exception cref="CopyFaultException">The file cannot be written.</exception>
    public void Restart()
    {
        _hash?.Dispose();
        _hash = new FileHash();
        _part?.Cut(0);
    }

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="CopyFaultException">The file cannot be written.</exception>
    public void Write(ICopyTarget target, ReadOnlySpan<byte> bytes)
    {
        if (_part is null)
        {
            _part = target.OpenPart(entry);
            _part.Cut(0);
        }

        _part.Write(bytes);
        _hash!.Add(bytes);
    }

    /// <summary>Whether the bytes are those of the sender. If so, they are brought to their place, or else deleted.</summary>
    /// <exception cref="CopyFaultException">The file cannot be written.</exception>
    public bool TryComplete(ICopyTarget target, ReadOnlySpan<byte> hash)
    {
        // An empty file had no bytes to be opened for.
        Write(target, []);
        Hash = _hash!.Current;
        bool isWhole = Length == entry.Size && hash.SequenceEqual(Hash);
        if (isWhole) { _part!.Complete(); }
        else { _part!.Delete(); }

        return isWhole;
    }

    public void Dispose()
    {
        _part?.Dispose();
        _hash?.Dispose();
        (_part, _hash) = (null, null);
    }
}

/// <summary>What an entry waits for.</summary>
internal enum ReceivedPhase
{
    /// <summary>A folder waits for what was offered before it.</summary>
    Waiting,

    /// <summary>The sender compares the file that is at its place.</summary>
    ComparingFound,

    /// <summary>The sender compares the unfinished file.</summary>
    ComparingPart,

    /// <summary>The sender sends its bytes.</summary>
    Wanted,

    /// <summary>It has its result, and bytes that are still under way are dropped.</summary>
    Dropping,
}
