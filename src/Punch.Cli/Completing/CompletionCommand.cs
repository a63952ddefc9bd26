using Punch.Cli.Options;

namespace Punch.Cli.Completing;

/// <summary><c>punch completion</c>: the script for a shell.</summary>
internal static class CompletionCommand
{
    /// <summary>Parses and prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (CompletionTable.Parse(arguments))
        {
            case Request<string>.Answer answer:
                return context.Print(answer.Text);
            case Request<string>.Refuse refusal:
                return context.Refuse(refusal.Failure, refusal.IsJson);
            case Request<string>.Perform wanted:
                return context.Print(ShellScript.Of(wanted.Options));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
