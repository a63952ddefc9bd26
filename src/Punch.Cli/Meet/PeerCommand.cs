using Punch.Cli.Reach;
using Punch.Protocol.Peer;

namespace Punch.Cli.Meet;

/// <summary>The command line for the peer, to be copied into a shell as it stands.</summary>
internal static class PeerCommand
{
    /// <summary>Everything that both sides must say alike: the code, the server, and that the path is to carry data.</summary>
    public static string Of(PeerOptions options, string code)
    {
        string pipe = options.Purpose.Use == PathUse.Data ? " --pipe" : "";
        return $"punch meet {code} --via {Quoted(((PeerTarget.Meeting)options.Target).ServerWord)}{pipe}";
    }

    // Of all that may stand in a host or an address, only the brackets mean something to a shell.
    private static string Quoted(string word) => word.Contains('[', StringComparison.Ordinal) ? $"'{word}'" : word;
}
