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

    /// <summary>The peer did not confirm all data that was sent to it. It may be gone, or carry none.</summary>
    Unconfirmed,

    /// <summary>Some of the data never arrived.</summary>
    Lost,

    /// <summary>More arrived than was sent, on a wire where nothing tells a doubled datagram from another: some may be missing.</summary>
    Doubled,

    /// <summary>Another peer took the place of the one that had a part of the data, as after a restart.</summary>
    PeerReplaced,
}
