using Punch.Cli.Options;
using Punch.Cli.Output;
using Punch.Cli.Reach;

namespace Punch.Cli.Meet;

/// <summary><c>punch meet</c>: reach a peer through a server that introduces the two sides and then has no part in it.</summary>
internal static class MeetCommand
{
    /// <summary>Parses, runs, prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (MeetTable.Parse(arguments, EnvironmentDefaults.OfProcess(context.OpenInput)))
        {
            case Request<PeerOptions>.Help:
                new LineBuffer().Append(HelpText.Of(MeetTable.Spec)).Flush(context.Output);
                return ExitCode.Success;
            case Request<PeerOptions>.Refuse refusal:
                return Refuse(refusal, context);
            case Request<PeerOptions>.Perform meet:
                return Meet(meet.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Refuse(Request<PeerOptions>.Refuse refusal, CommandContext context)
    {
        if (!refusal.IsJson) { return context.Refuse(refusal.Failure, isJson: false); }

        var end = new SessionEnd { Exit = refusal.Failure.Exit, Failure = refusal.Failure };
        new JsonMeetPresenter(context.Output, context.Errors, options: null).End(new MeetEnd(end, Outcome: null));
        return refusal.Failure.Exit;
    }

    private static ExitCode Meet(PeerOptions options, CommandContext context) => SessionStage.Perform(options, context, stage =>
    {
        IMeetPresenter presenter = options.IsJson
            ? new JsonMeetPresenter(stage.Output, stage.Errors, options)
            : new TextMeetPresenter(stage.Output, stage.Errors, options, stage.Colour);
        return new MeetRunner(options, context, presenter, stage.Log).Run();
    });
}
