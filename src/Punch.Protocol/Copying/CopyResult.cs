namespace Punch.Protocol.Copying;

/// <summary>What became of an entry. The numbers are those on the wire.</summary>
public enum EntryState : byte
{
    /// <summary>It is at the receiver now, whole and checked.</summary>
    Stored = 1,

    /// <summary>It was there already.</summary>
    Same = 2,

    /// <summary>It is not there.</summary>
    Failed = 3,
}

/// <summary>An entry, and what became of it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="State">What became of it.</param>
/// <param name="Fault">Why it failed; none where it did not.</param>
public sealed record CopyResult(CopyEntry Entry, EntryState State, CopyFault Fault)
{
    /// <summary>The SHA-256 of a file; empty for a folder, and where it failed.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }
}
