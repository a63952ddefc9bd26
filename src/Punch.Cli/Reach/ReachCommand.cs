using System.Reflection;
using Punch.Cli.Options;
using Punch.Cli.Output;

namespace Punch.Cli.Reach;

/// <summary><c>punch remote-host [remote-port]</c>: reach a peer whose address is known.</summary>
internal static class ReachCommand
{
    /// <summary>Parses, runs, prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (ReachTable.Parse(arguments))
        {
            case Request<PeerOptions>.Help:
                Print(context.Output, HelpText.Of(ReachTable.Spec));
                return ExitCode.Success;
            case Request<PeerOptions>.Version:
                Print(context.Output, $"punch {Version()}");
                return ExitCode.Success;
            case Request<PeerOptions>.Refuse refusal:
                return Refuse(refusal, context);
            case Request<PeerOptions>.Perform punch:
                return Punch(punch.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Refuse(Request<PeerOptions>.Refuse refusal, CommandContext context)
    {
        if (!refusal.IsJson)
        {
            context.Errors.Fail(refusal.Failure);
            return refusal.Failure.Exit;
        }

        var presenter = new JsonPresenter(context.Output, context.Errors, options: null);
        presenter.End(new SessionEnd { Exit = refusal.Failure.Exit, Failure = refusal.Failure });
        return refusal.Failure.Exit;
    }

    private static ExitCode Punch(PeerOptions options, CommandContext context) => SessionStage.Perform(options, context, stage =>
    {
        IPresenter presenter = options.IsJson
            ? new JsonPresenter(stage.Output, stage.Errors, options)
            : new TextPresenter(stage.Output, stage.Errors, options, stage.Colour);
        return new ReachRunner(options, context, presenter, stage.Log).Run();
    });

    private static void Print(IByteSink output, string text) => new LineBuffer().Append(text).Flush(output);

    private static string Version() =>
        typeof(ReachCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
