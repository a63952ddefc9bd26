using Punch.Cli.Reach;

namespace Punch.Cli;

/// <summary>Finds the command that a command line asks for: the one its first word names, or else <c>punch remote-host</c>.</summary>
internal static class CommandTable
{
    /// <summary>Words that name a command, now or later: a host of such a name is written after <c>--</c>.</summary>
    private static readonly string[] Reserved = ["meet", "nat", "predict", "serve"];

    /// <summary>Whether a word is the name of a command, now or later.</summary>
    public static bool IsReserved(string word) => Reserved.Contains(word);

    /// <summary>Runs the command.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context) =>
        Completion.TryParse(arguments, out Completion? completion)
            ? completion.Print(new ReachSyntax().Command, context.Output)
            : ReachCommand.Run(arguments, context);
}
