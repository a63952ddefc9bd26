namespace Punch.Protocol.Channels;

/// <summary>The outcome of both sides' data, as far as this side knows.</summary>
public enum DataOutcome
{
    /// <summary>Both sides have said that all data was sent, or there was none to send.</summary>
    Complete,

    /// <summary>The peer left before that.</summary>
    PeerLeft,

    /// <summary>The peer could not read all of its data.</summary>
    PeerFailed,

    /// <summary>This side ended before that, for its own reasons.</summary>
    Unfinished,

    /// <summary>The peer did not confirm all data. It may be gone, or carry no data.</summary>
    Unconfirmed,

    /// <summary>Some of the data never arrived.</summary>
    Lost,

    /// <summary>More arrived than was sent, on a wire that does not recognise doubled datagrams. Some may be missing.</summary>
    Doubled,

    /// <summary>Another peer replaced the one that had a part of the data, as after a restart.</summary>
    PeerReplaced,

    /// <summary>The peer's version carries no streams.</summary>
    OldPeer,

    /// <summary>The two sides are there for different things: one of them for streams.</summary>
    NoMatch,

    /// <summary>One side broke a rule of the streams, so they cannot go on.</summary>
    Broken,
}
