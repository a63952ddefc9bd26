using System.CommandLine;
using Punch.Cli.Meet;
using Punch.Cli.Nat;
using Punch.Cli.Predict;
using Punch.Cli.Reach;
using Punch.Cli.Serve;

namespace Punch.Cli;

/// <summary>Finds the command that a command line asks for: the one its first word names, or else <c>punch remote-host</c>.</summary>
internal static class CommandTable
{
    private static readonly Dictionary<string, Func<IReadOnlyList<string>, CommandContext, ExitCode>> Commands = new()
    {
        [MeetCommand.Name] = MeetCommand.Run,
        [NatCommand.Name] = NatCommand.Run,
        [PredictCommand.Name] = PredictCommand.Run,
        [ServeCommand.Name] = ServeCommand.Run,
    };

    /// <summary>Whether a word is the name of a command.</summary>
    public static bool IsCommand(string word) => Commands.ContainsKey(word);

    /// <summary>Runs the command.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (Completion.TryParse(arguments, out Completion? completion)) { return completion.Print(Tree(), context.Output); }

        return arguments.Count > 0 && Commands.TryGetValue(arguments[0], out Func<IReadOnlyList<string>, CommandContext, ExitCode>? run)
            ? run([.. arguments.Skip(1)], context)
            : ReachCommand.Run(arguments, context);
    }

    /// <summary>All options of all commands, as completion wants them.</summary>
    private static Command Tree()
    {
        Command root = new ReachSyntax().Command;
        root.Subcommands.Add(new MeetSyntax().Command);
        root.Subcommands.Add(new NatSyntax().Command);
        root.Subcommands.Add(new PredictSyntax().Command);
        root.Subcommands.Add(new ServeSyntax().Command);
        return root;
    }
}
