namespace Punch.Protocol.Candidates.Rendezvous;

/// <summary>How the peer was learned of.</summary>
internal enum IntroductionSource
{
    /// <summary>By the reply to a join: the peer was told before the reply came here, so it is time to dial.</summary>
    Reply,

    /// <summary>By a notice of the server: the peer is told at the same time, so its NAT may not be open yet.</summary>
    Notice,
}
