namespace Punch.Protocol.Channels;

/// <summary>What became of the data of both sides, as far as this one knows.</summary>
public enum DataOutcome
{
    /// <summary>Both have said that all was sent, or there was none to send.</summary>
    Complete,

    /// <summary>The peer left before.</summary>
    PeerLeft,

    /// <summary>The peer could not read all of its data.</summary>
    PeerFailed,

    /// <summary>This side ended before, for a reason of its own.</summary>
    Unfinished,

    /// <summary>The peer never said a word about data that was sent to it: it may carry none.</summary>
    Unconfirmed,
}
