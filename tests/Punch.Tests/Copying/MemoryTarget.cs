using Punch.Protocol.Copying;

namespace Punch.Tests.Copying;

/// <summary>A folder in memory. It outlives the machines that write to it, as a disk outlives a process.</summary>
internal sealed class MemoryTarget : ICopyTarget
{
    private readonly HashSet<string> _open = [];

    /// <summary>What is there: bytes, time and mode; null bytes for a folder.</summary>
    public Dictionary<string, (byte[]? Bytes, long Time, ushort Mode)> Tree { get; } = [];

    /// <summary>The unfinished files.</summary>
    public Dictionary<string, List<byte>> Parts { get; } = [];

    /// <summary>Whether files may be overwritten.</summary>
    public bool Replaces { get; init; }

    /// <summary>A file that cannot be written, and whether no other can either.</summary>
    public (string Path, bool IsFinal)? Unwritable { get; init; }

    /// <summary>How many bytes were written.</summary>
    public long Written { get; private set; }

    public int OpenFiles => _open.Count;

    public FoundEntry Look(CopyEntry entry)
    {
        bool hasPart = Parts.ContainsKey(entry.Path.Text);
        if (!Tree.TryGetValue(entry.Path.Text, out var found)) { return new FoundEntry(FoundKind.Nothing, 0, hasPart); }

        return new FoundEntry(found.Bytes is null ? FoundKind.Folder : FoundKind.File, found.Bytes?.Length ?? 0, hasPart);
    }

    public ISourceFile OpenFound(CopyEntry entry) => new MemoryFile(Tree[entry.Path.Text].Bytes!, isUnchanged: true, () => { });

    public bool MayReplace(CopyEntry entry) => Replaces;

    public ITargetFile OpenPart(CopyEntry entry) => new Part(this, entry);

    public void Adopt(CopyEntry entry) => Tree[entry.Path.Text] = Tree[entry.Path.Text] with { Time = entry.ModifiedAt, Mode = entry.Mode };

    public void MakeFolder(CopyEntry entry) => Tree[entry.Path.Text] = (null, entry.ModifiedAt, entry.Mode);

    private sealed class Part : ITargetFile
    {
        private readonly MemoryTarget _target;
        private readonly CopyEntry _entry;
        private readonly List<byte> _bytes;
        private int _position;

        public Part(MemoryTarget target, CopyEntry entry)
        {
            (_target, _entry) = (target, entry);
            if (!target._open.Add(entry.Path.Text)) { throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, "another copy writes it")); }

            _bytes = target.Parts.TryGetValue(entry.Path.Text, out List<byte>? part) ? part : target.Parts[entry.Path.Text] = [];
        }

        public long Length => _bytes.Count;

        public int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _bytes.Count - _position);
            _bytes.Slice(_position, count).ToArray().CopyTo(buffer);
            _position += count;
            return count;
        }

        public void Cut(long offset) => _bytes.RemoveRange((int)offset, _bytes.Count - (int)offset);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            if (_target.Unwritable is { } fault && fault.Path == _entry.Path.Text)
            {
                throw new CopyFaultException(new CopyFault(CopyCause.WriteFailed, "no space left on the device"), fault.IsFinal);
            }

            _bytes.AddRange(bytes);
            _target.Written += bytes.Length;
        }

        public void Complete()
        {
            _target.Tree[_entry.Path.Text] = ([.. _bytes], _entry.ModifiedAt, _entry.Mode);
            _target.Parts.Remove(_entry.Path.Text);

            // A file that comes into a folder changes its time.
            string folder = _entry.Path.Text.Contains('/') ? _entry.Path.Text[.._entry.Path.Text.LastIndexOf('/')] : "";
            if (_target.Tree.TryGetValue(folder, out var above)) { _target.Tree[folder] = above with { Time = -1 }; }
        }

        public void Delete() => _target.Parts.Remove(_entry.Path.Text);

        public void Dispose() => _target._open.Remove(_entry.Path.Text);
    }
}
