using System.Security.Cryptography;

namespace Punch.Protocol.Copying;

/// <summary>An entry that was offered and has no result yet.</summary>
internal sealed class SentEntry(CopyEntry entry, uint number) : IDisposable
{
    private ISourceFile? _file;
    private FileHash? _hash;
    private byte[] _digest = [];
    private int _comparisons;

    public CopyEntry Entry => entry;

    public uint Number => number;

    public SentPhase Phase { get; private set; }

    /// <summary>Whether the last comparison found all of the file at the receiver.</summary>
    public bool IsMatch { get; private set; }

    /// <summary>Whether the receiver was told that no more comes.</summary>
    public bool IsCut { get; set; }

    /// <summary>Whether the receiver gave it up before all was sent.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Whether the bytes that were read are the file that was offered.</summary>
    public bool IsComplete => _hash?.Length == entry.Size && _file?.IsUnchanged() == true;

    /// <summary>The SHA-256 of what was read.</summary>
    public byte[] Hash => _hash?.Current ?? _digest;

    /// <summary>Whether the receiver may ask for one more comparison.</summary>
    public bool MayCompare() => !IsCut && entry.Kind == EntryKind.File && _comparisons++ < CopyLimits.Comparisons;

    /// <summary>Whether the first bytes of the file are those of the receiver. If so, it stays open there.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    public bool Compare(ICopySource source, long length, ReadOnlySpan<byte> hash, byte[] buffer)
    {
        Close();
        Open(source);
        bool isSame = _hash!.ReadTo(length, _file!.Read, buffer) && CryptographicOperations.FixedTimeEquals(_hash.Current, hash);
        IsMatch = isSame && length == entry.Size;
        if (!isSame) { Close(); }

        return isSame;
    }

    /// <summary>The receiver wants it from an offset on: from the beginning, or from where the comparison ended.</summary>
    public bool TryWant(long offset)
    {
        if (offset > 0 && offset != _hash?.Length) { return false; }

        if (offset == 0) { Close(); }

        Phase = SentPhase.Wanted;
        IsMatch = false;
        return true;
    }

    /// <summary>Reads the next bytes of the file that was offered; 0 at its end.</summary>
    /// <exception cref="CopyFaultException">It cannot be read.</exception>
    public int Read(ICopySource source, Span<byte> buffer)
    {
        if (_file is null) { Open(source); }

        // A file that grew is read no further than it was offered.
        long rest = entry.Size - _hash!.Length;
        int count = rest == 0 ? 0 : _file!.Read(buffer[..(int)Math.Min(buffer.Length, rest)]);
        _hash.Add(buffer[..count]);
        return count;
    }

    /// <summary>Closes the file. The hash is kept.</summary>
    public void Close()
    {
        if (_hash is not null) { _digest = _hash.Current; }

        _file?.Dispose();
        _hash?.Dispose();
        (_file, _hash) = (null, null);
        if (Phase == SentPhase.Wanted) { Phase = SentPhase.Served; }
    }

    public void Dispose() => Close();

    private void Open(ICopySource source)
    {
        _file = source.Open(entry);
        _hash = new FileHash();
    }
}

/// <summary>How far an entry has come.</summary>
internal enum SentPhase
{
    /// <summary>It was offered.</summary>
    Offered,

    /// <summary>The receiver wants its bytes, and not all are sent.</summary>
    Wanted,

    /// <summary>All bytes are sent, or it was cut.</summary>
    Served,
}
