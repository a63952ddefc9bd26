using Punch.Cli.Commands.Meet;
using Punch.Cli.Commands.Reach;
using Punch.Cli.Nat;
using Punch.Cli.Options;
using Punch.Cli.Predict;
using Punch.Cli.Serve;

namespace Punch.Cli;

/// <summary>Finds the command that a command line asks for: the one its first word names, or else <c>punch remote-host</c>.</summary>
internal static class CommandTable
{
    /// <summary>The tables of all commands, that of <c>punch remote-host</c> first.</summary>
    public static IReadOnlyList<CommandSpec> Specs => [ReachTable.Spec, MeetTable.Spec, NatTable.Spec, PredictTable.Spec, ServeTable.Spec];

    /// <summary>Runs the command.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (Completion.TryParse(arguments, out Completion? completion))
        {
            return completion.Print(CommandTree.Of(Specs[0], Specs.Skip(1)), context.Output);
        }

        return Dispatch(Spelled(arguments), context);
    }

    // 'punch help meet' and 'punch version' are what people type first. After '--' such a word is a host.
    private static IReadOnlyList<string> Spelled(IReadOnlyList<string> arguments) => arguments switch
    {
        ["help", var word, ..] when CommandName.IsCommand(word) => [word, CommonOptions.Help.Name],
        ["help", ..] => [CommonOptions.Help.Name],
        ["version", ..] => [CommonOptions.Version.Name],
        _ => arguments,
    };

    private static ExitCode Dispatch(IReadOnlyList<string> arguments, CommandContext context)
    {
        IReadOnlyList<string> rest = [.. arguments.Skip(1)];
        string word = arguments.Count > 0 ? arguments[0] : "";
        return word == CommandName.Meet.Word ? MeetCommand.Run(rest, context)
            : word == CommandName.Nat.Word ? NatCommand.Run(rest, context)
            : word == CommandName.Predict.Word ? PredictCommand.Run(rest, context)
            : word == CommandName.Serve.Word ? ServeCommand.Run(rest, context)
            : ReachCommand.Run(arguments, context);
    }
}
