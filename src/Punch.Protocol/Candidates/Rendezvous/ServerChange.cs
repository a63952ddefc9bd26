namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>What a reply of a server, or its absence, changed.</summary>
internal enum ServerChange
{
    /// <summary>Nothing to report.</summary>
    None,

    /// <summary>The first reply.</summary>
    Answered,

    /// <summary>Replies have stopped.</summary>
    Silent,

    /// <summary>Replies are back.</summary>
    Back,

    /// <summary>The server refuses.</summary>
    Refused,
}
