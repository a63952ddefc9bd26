using Punch.Cli.Commands.Meet;
using Punch.Cli.Commands.Reach;
using Punch.Cli.Completing;
using Punch.Cli.Nat;
using Punch.Cli.Options;
using Punch.Cli.Serve;
using Punch.Cli.Session;

namespace Punch.Tests.Cli;

/// <summary>Command lines that the documentation shows.</summary>
internal static class ShownCommand
{
    private static readonly EnvironmentDefaults Environment = new() { ReadLine = () => "7k3m-9q2p-xv4t-h8rn-5wzc" };

    /// <summary>Whether the program takes a line that begins with <c>punch</c>; files that a line names need not be there.</summary>
    public static bool IsTaken(string line)
    {
        // What the shell keeps for itself: pipes, files, comments and quotes.
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
