using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>Who relays a path, in words for people.</summary>
internal sealed class RelayNames(SessionStart start)
{
    /// <summary>The relay behind the far end of a relayed path: a TURN server of this side or of the other one, or the server.</summary>
    public string Of(in TransportAddress remote)
    {
        if (remote.Transport == Transport.Turned) { return start.Meeting!.Turn!; }

        return IsServer(remote) ? start.Meeting!.UrlOf(remote) : $"turn:{remote.Host}, the peer's";
    }

    // A peer's TURN server is sent plain datagrams.
    private bool IsServer(TransportAddress remote) =>
        remote.IsStream || start.Remotes.Any(server => server.Host == remote.Host && server.Port == remote.Port);
}
