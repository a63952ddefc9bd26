using Punch.Cli.Session;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Meet;

/// <summary>The command line for the peer, to be copied into a shell as it stands.</summary>
internal static class PeerCommand
{
    /// <summary>Everything that both sides must say alike: the code, the server, and what the path is for and may be.</summary>
    public static string Of(PeerOptions options, PeerTarget.Meeting target, string code)
    {
        string use = options.Purpose.Use switch
        {
            PathUse.Streams when options.Purpose.Copy is { Folder: null } => $" {PastedLine.Receive}",
            PathUse.Streams when options.Purpose.Copy is not null => $" {PastedLine.Send} {PastedLine.AnyPath}",
            PathUse.Streams when options.Purpose.Forwards is { } forwards => Words(forwards.PeerWords),
            PathUse.Streams => " --pipe",
            PathUse.Data => " --pipe --datagrams",
            _ => "",
        };
        string direct = target.Relay == RelayPermission.Never ? " --direct" : "";
        return $"punch meet {code} --via {Quoted(target.ServerWord)}{use}{direct}";
    }

    // An address in brackets and a star mean something else to a shell.
    private static string Words(string words) =>
        string.Concat(words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $" {Quoted(word)}"));

    // What is plain to every shell stands as it is; all else is quoted.
    private static string Quoted(string word) =>
        word.All(IsPlain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or ':' or '%' or '/';
}
