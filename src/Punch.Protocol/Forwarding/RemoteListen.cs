namespace Punch.Protocol.Forwarding;

/// <summary>A port that the peer is asked to listen at, and where its connections lead on this side.</summary>
/// <param name="Place">Where the peer is to listen.</param>
/// <param name="Target">Where connections lead.</param>
public sealed record RemoteListen(OpenRequest Place, OpenRequest Target);
