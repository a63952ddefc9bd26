using Punch.Cli.Output;
using Punch.Cli.Reach;

namespace Punch.Cli.Meet;

/// <summary><c>punch meet</c>: reach a peer through a server that introduces the two sides and then has no part in it.</summary>
internal static class MeetCommand
{
    /// <summary>The word that names it.</summary>
    public const string Name = "meet";

    /// <summary>Parses, runs, prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (new MeetSyntax().Parse(arguments, MeetSurroundings.OfProcess(context.OpenInput)))
        {
            case MeetRequest.Help:
                new LineBuffer().Append(MeetHelp.Text).Flush(context.Output);
                return ExitCode.Success;
            case MeetRequest.Refuse refusal:
                return Refuse(refusal, context);
            case MeetRequest.Meet meet:
                return Meet(meet.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Refuse(MeetRequest.Refuse refusal, CommandContext context)
    {
        if (!refusal.IsJson) { return context.Refuse(refusal.Failure, isJson: false); }

        var end = new SessionEnd { Exit = refusal.Failure.Exit, Failure = refusal.Failure };
        new JsonMeetPresenter(context.Output, context.Errors, options: null).End(new MeetEnd(end, Outcome: null));
        return refusal.Failure.Exit;
    }

    private static ExitCode Meet(MeetOptions options, CommandContext context) => SessionStage.Perform(options, context, stage =>
    {
        IMeetPresenter presenter = options.IsJson
            ? new JsonMeetPresenter(stage.Output, stage.Errors, options)
            : new TextMeetPresenter(stage.Output, stage.Errors, options, stage.Colour);
        return new MeetRunner(options, context, presenter, stage.Log).Run();
    });
}
