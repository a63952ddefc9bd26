using Punch.Cli.Session;
using Punch.Protocol;

namespace Punch.Cli.Presenting;

/// <summary>Who relays a path, in words for people.</summary>
internal sealed class RelayNames(SessionStart start)
{
    /// <summary>The relay behind the far end of a relayed path: a TURN server of this side or of the other one, or the server.</summary>
    public string Of(in TransportAddress remote)
    {
        if (remote.Transport == Transport.Turned) { return start.Meeting?.Turn ?? "turn"; }

        return start.Remotes.Contains(remote) ? remote.ToString() : $"turn:{remote.Host}, the peer's";
    }
}
