namespace Punch.Protocol.Meeting.Agent;

/// <summary>How the peer was learned of.</summary>
internal enum IntroducedBy
{
    /// <summary>By the answer to a join: the peer was told before the answer came here, so it is time to dial.</summary>
    Answer,

    /// <summary>By the server's own word: the peer is told at the same time, so its NAT may not be open yet.</summary>
    Tell,
}
