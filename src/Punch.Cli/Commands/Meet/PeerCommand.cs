using System.Globalization;
using Punch.Cli.Session;
using Punch.Protocol;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;

namespace Punch.Cli.Commands.Meet;

/// <summary>The command line for the peer, to be copied into a shell as it stands.</summary>
internal static class PeerCommand
{
    /// <summary>Everything that both sides must say alike: the code, the server, and what the path is for and may be.</summary>
    public static string Of(PeerOptions options, PeerTarget.Meeting target, string code)
    {
        string direct = target.Relay == RelayPermission.Never ? " --direct" : "";
        return $"punch meet {code} --via {Quoted(target.ServerWord)}{Use(options)}{direct}";
    }

    /// <summary>
    /// The same without a server. The peer of a side that listens has to name an address: the first one that is known here, which may not
    /// be the one that is seen from there.
    /// </summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="target">Whom to meet.</param>
    /// <param name="code">The code.</param>
    /// <param name="localPort">The port of this side.</param>
    /// <param name="hosts">The addresses of this machine.</param>
    public static string Of(PeerOptions options, PeerTarget.At target, string code, ushort localPort, IReadOnlyList<LocalAddress> hosts)
    {
        if (target.Remote is not null)
        {
            string port = target.Port == PeerOptions.DefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $" -p {target.Port}");
            return $"punch meet {code} --listen{port}{Use(options)}";
        }

        HostAddress[] known = [.. hosts.Select(host => host.Address).OrderByDescending(host => host.IsPublic())];
        string own = known.Length == 0 ? "<this-host>" : new TransportAddress(known[0], localPort).ToString();
        return $"punch meet {code} --at {Quoted(own)}{Use(options)}";
    }

    private static string Use(PeerOptions options) => options.Purpose.Use switch
    {
        PathUse.Streams when options.Purpose.Copy is { Folder: null } => $" {PastedLine.Receive}",
        PathUse.Streams when options.Purpose.Copy is not null => $" {PastedLine.Send} {PastedLine.AnyPath}",
        PathUse.Streams when options.Purpose.Forwards is { } forwards => Words(forwards.PeerWords),
        PathUse.Streams => " --pipe",
        PathUse.Data => " --pipe --datagrams",
        _ => "",
    };

    // An address in brackets and a star mean something else to a shell.
    private static string Words(string words) =>
        string.Concat(words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => $" {Quoted(word)}"));

    // What is plain to every shell stands as it is; all else is quoted.
    private static string Quoted(string word) =>
        word.All(IsPlain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or ':' or '%' or '/';
}
