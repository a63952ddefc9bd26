using Punch.Protocol.Peer;

namespace Punch.Cli.Meet;

/// <summary>The command line for the other side, to be copied into a shell as it stands.</summary>
internal static class OtherSide
{
    /// <summary>Everything that both sides must say alike: the code, the server, and that the path is to carry data.</summary>
    public static string Command(MeetOptions options, string code)
    {
        string pipe = options.Purpose.Use == PathUse.Data ? " --pipe" : "";
        return $"punch meet {code} --via {Quoted(options.ServerWord)}{pipe}";
    }

    // Of all that may stand in a host or an address, only the brackets mean something to a shell.
    private static string Quoted(string word) => word.Contains('[', StringComparison.Ordinal) ? $"'{word}'" : word;
}
