using Punch.Cli.Commands.Meet;
using Punch.Cli.Commands.Reach;
using Punch.Cli.Completing;
using Punch.Cli.Nat;
using Punch.Cli.Options;
using Punch.Cli.Serve;
using Punch.Cli.Session;

namespace Punch.Tests.Cli;

/// <summary>The command lines in the documentation.</summary>
internal static class ShownCommand
{
    private static readonly EnvironmentDefaults Environment = new() { ReadLine = () => "7k3m-9q2p-xv4t-h8rn-5wzc" };

    /// <summary>Whether the program accepts a line that begins with <c>punch</c>. Files named on the line need not exist.</summary>
    public static bool IsTaken(string line)
    {
        // The parts for the shell: pipes, files, comments and quotes.
        string command = line.Split(["|", ">", "<", "#"], 2, StringSplitOptions.None)[0].Replace("'", "");
        return IsTaken(command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]);
    }

    private static bool IsTaken(string[] words) => words[0] switch
    {
        "meet" => MeetTable.Parse(words[1..], Environment) is Request<PeerOptions>.Perform,
        "nat" => NatTable.Parse(words[1..], Environment) is Request<NatOptions>.Perform,
        "completion" => CompletionTable.Parse(words[1..]) is Request<string>.Perform,
        "predict" => words[1..] is [_, _, ..],
        "serve" => ServeTable.Parse(words[1..]) is Request<ServeOptions>.Perform,
        _ => ReachTable.Parse(words) is Request<PeerOptions>.Perform,
    };
}
