namespace Punch.Protocol.Copying;

/// <summary>How far a copy has come.</summary>
/// <param name="Bytes">Bytes of files that are through, those that were there already among them.</param>
/// <param name="TotalBytes">The bytes that the sender has; 0 before it has said so.</param>
/// <param name="Stored">The files that were stored.</param>
/// <param name="Same">The files that were there already.</param>
/// <param name="Failed">The files and folders that failed.</param>
/// <param name="Current">The file that is under way; null for none.</param>
public readonly record struct CopyCounts(long Bytes, long TotalBytes, long Stored, long Same, long Failed, CopyEntry? Current)
{
    /// <summary>The same with a result. Folders count only where they fail.</summary>
    internal CopyCounts With(CopyResult result) => result switch
    {
        { State: EntryState.Failed } => this with { Failed = Failed + 1 },
        { Entry.Kind: EntryKind.Folder } => this,
        { State: EntryState.Same } => this with { Same = Same + 1 },
        _ => this with { Stored = Stored + 1 },
    };
}
