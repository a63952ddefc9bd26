using Punch.Cli.Parsing;

namespace Punch.Cli.Reach;

/// <summary>The words of <c>punch remote-host [remote-port]</c> that are no options.</summary>
internal static class ReachOperands
{
    private const string Usage = "punch <remote-host> [<remote-port>]";

    /// <summary>Reads the host and its port.</summary>
    /// <exception cref="FailureException">There is no host, too much of anything, or something that is neither.</exception>
    public static (RemoteTarget Remote, ushort Port) Read(ArgumentSplitter splitter)
    {
        IReadOnlyList<string> words = splitter.Operands;
        if (words.Count == 0) { throw Refuse("no remote host was given", $"usage: {Usage}; 'punch --help' shows more"); }

        if (splitter.OperandsBeforeDashes > 0 && CommandTable.IsCommand(words[0]))
        {
            throw Refuse($"the command '{words[0]}' comes first: punch {words[0]} ...", $"to reach a host of that name: punch -- {words[0]}");
        }

        RemoteTarget remote = RemoteTarget.Parse(words[0]);
        if (words.Count == 1) { return (remote, remote.Port ?? ReachOptions.DefaultPort); }

        if (words.Count > 2) { throw Refuse($"'{words[2]}' is one word too many", $"usage: {Usage}"); }

        if (remote.Port is not null) { throw Refuse($"the port is given twice, in '{words[0]}' and as '{words[1]}'", $"usage: {Usage}"); }

        return (remote, ReadPort(words[1]));
    }

    private static ushort ReadPort(string word) =>
        NumberText.Parse(word, "a port", 1, ushort.MaxValue, out long port) is { } problem
            ? throw Refuse($"'{word}' {problem}", $"usage: {Usage}")
            : (ushort)port;

    private static FailureException Refuse(string message, string hint) => new(Failure.Usage(message, hint));
}
