using Punch.Cli.Commands.Meet;
using Punch.Cli.Commands.Reach;
using Punch.Cli.Completing;
using Punch.Cli.Nat;
using Punch.Cli.Options;
using Punch.Cli.Predict;
using Punch.Cli.Serve;

namespace Punch.Cli;

/// <summary>Finds the command that a command line asks for: the one its first word names, or else <c>punch remote-host</c>.</summary>
internal static class CommandTable
{
    /// <summary>The tables of all commands, that of <c>punch remote-host</c> first.</summary>
    public static IReadOnlyList<CommandSpec> Specs =>
        [ReachTable.Spec, MeetTable.Spec, NatTable.Spec, PredictTable.Spec, ServeTable.Spec, CompletionTable.Spec];

    /// <summary>Runs the command.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        return CompletionQuestion.TryParse(arguments, out CompletionQuestion? question)
            ? question.Print(Specs, context.Output)
            : Dispatch(Spelled(arguments), context);
    }

    // 'punch help meet' and 'punch version' are what people type first. After '--' such a word is a host.
    private static IReadOnlyList<string> Spelled(IReadOnlyList<string> arguments) => arguments switch
    {
        ["help", var word, ..] when CommandName.IsCommand(word) => [word, CommonOptions.Help.Name],
        ["help", ..] => [CommonOptions.Help.Name],
        ["version", ..] => [CommonOptions.Version.Name, .. arguments.Skip(1)],
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
            : word == CommandName.Completion.Word ? CompletionCommand.Run(rest, context)
            : ReachCommand.Run(arguments, context);
    }
}
