using Punch.Cli.Options;

namespace Punch.Cli.Completing;

/// <summary>The command line of <c>punch completion</c>.</summary>
internal static class CompletionTable
{
    private const string Usage = "punch completion bash|zsh|fish|powershell";

    /// <summary>The table.</summary>
    public static readonly CommandSpec Spec = new()
    {
        Name = CommandName.Completion,
        Summary = "Print the script with which a shell completes commands, options and values of punch.",
        Usage = [Usage],
        Operands = new OptionSection("Arguments", new HelpEntry("<shell>", "bash, zsh, fish or powershell")),
        OperandWords = ShellScript.Shells,
        OperandPlaces = [Completes.Nothing],
        Sections = [new OptionSection("Output", CommonOptions.Version, CommonOptions.Help)],
        Examples =
        [
            new HelpEntry(
                "punch completion bash > ~/.local/share/bash-completion/completions/punch",
                "For bash with the package bash-completion"),
            new HelpEntry("punch completion zsh > ~/.zfunc/_punch", "For zsh, with 'fpath+=~/.zfunc' before 'compinit' in ~/.zshrc"),
            new HelpEntry("punch completion fish > ~/.config/fish/completions/punch.fish", "For fish"),
            new HelpEntry("punch completion powershell >> $PROFILE", "For PowerShell"),
        ],
        ExitCodes =
        [
            new ExitMeaning(ExitCode.Success, "The script was printed"),
            new ExitMeaning(ExitCode.Usage, "Wrong usage, or another shell"),
        ],
    };

    /// <summary>Reads what comes after <c>completion</c>: the shell.</summary>
    public static Request<string> Parse(IReadOnlyList<string> arguments) => Request<string>.Parse(Spec, arguments, Read);

    private static string Read(CommandLine line) => line.Operands switch
    {
        [] => throw Refuse("no shell given"),
        [_, var extra, ..] => throw Refuse($"unexpected argument '{extra}'"),
        [var shell] when ShellScript.Shells.Contains(shell) => shell,
        [var other] => throw Refuse($"no completion for '{other}'"),
    };

    private static FailureException Refuse(string message) => new(Failure.Usage(message, $"usage: {Usage}"));
}
