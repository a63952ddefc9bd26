namespace Punch.Protocol.Copying;

/// <summary>What an entry is. The numbers are those on the wire.</summary>
public enum EntryKind : byte
{
    /// <summary>A file.</summary>
    File = 1,

    /// <summary>A folder. It comes after everything in it, so that its time and mode last.</summary>
    Folder = 2,
}

/// <summary>A file or a folder that is copied.</summary>
/// <param name="Kind">Which of both.</param>
/// <param name="Path">Where it belongs.</param>
public sealed record CopyEntry(EntryKind Kind, EntryPath Path)
{
    /// <summary>The mode of a sender whose system has none.</summary>
    public const ushort NoMode = 0xFFFF;

    /// <summary>The bits of a mode that are copied: read, write and execute. Not those that give rights of an owner.</summary>
    public const ushort ModeBits = 0x1FF;

    /// <summary>The length in bytes; 0 for a folder.</summary>
    public long Size { get; init; }

    /// <summary>When it was last changed, in nanoseconds since 1970.</summary>
    public long ModifiedAt { get; init; }

    /// <summary>The permissions of Unix, or <see cref="NoMode"/>.</summary>
    public ushort Mode { get; init; } = NoMode;
}
