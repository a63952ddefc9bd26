namespace Punch.Protocol.Copying;

/// <summary>
/// What a record of a copy says. The numbers are those on the wire. A receiver ignores kinds that it does not know.
/// </summary>
public enum RecordKind : byte
{
    /// <summary>The first record of both sides: the version, and how much the sender has.</summary>
    Begin = 1,

    /// <summary>The sender has a file or a folder. Offers count from 0: that is the number of an entry in later records.</summary>
    Offer = 2,

    /// <summary>The receiver has the beginning of an entry, or all of it: its length and SHA-256.</summary>
    Have = 3,

    /// <summary>Whether the sender has the same bytes.</summary>
    Match = 4,

    /// <summary>The receiver wants the bytes of an entry from an offset on. Wants are served in their order.</summary>
    Want = 5,

    /// <summary>The next bytes of the entry that is served.</summary>
    Data = 6,

    /// <summary>All bytes of that entry are sent: the SHA-256 of the whole.</summary>
    Whole = 7,

    /// <summary>The sender cannot send an entry, or stops sending it.</summary>
    Cut = 8,

    /// <summary>What became of an entry at the receiver: its last record of that entry.</summary>
    Result = 9,

    /// <summary>The sender has no more, or the receiver has a result for everything.</summary>
    End = 10,

    /// <summary>The whole copy ends, for a reason.</summary>
    Abort = 11,
}
