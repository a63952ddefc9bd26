namespace Punch.Protocol.Candidates;

/// <summary>
/// One way to learn addresses of the peer: a machine that a session drives beside the path finder. It sends and receives only for that
/// purpose, and never decides which address becomes the path.
/// </summary>
internal interface ICandidateSource : IProtocol
{
    /// <summary>Whether a datagram is for this source. It changes nothing.</summary>
    bool Expects(in Datagram datagram);

    /// <summary>Takes the next change; false if there is none.</summary>
    bool TryTake(out CandidateChange change);
}
