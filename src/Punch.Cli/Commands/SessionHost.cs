using Punch.Cli.Output;
using Punch.Cli.Presenting;
using Punch.Cli.Session;
using Punch.Protocol.Channels;
using Punch.Protocol.Session;
using Serilog.Core;

namespace Punch.Cli.Commands;

/// <summary>Runs a session with what a command has around it: signals, a log, a presenter, and the command that gets the path.</summary>
internal static class SessionHost
{
    /// <summary>Runs it, and, once nothing of it is left, the command that its path goes to.</summary>
    public static ExitCode Run(PeerOptions options, IApproach approach, CommandContext context)
    {
        SessionEnd end = Perform(options, approach, context);
        return end.HandOver is { } path ? path.Launch(context.Launcher, context.Errors) : end.Exit;
    }

    /// <summary>Prints why a command line is not understood.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="isJson">Whether JSON lines are wanted.</param>
    /// <param name="isMeeting">Whether it was to be a meeting.</param>
    /// <param name="context">Where to print.</param>
    public static ExitCode Refuse(Failure failure, bool isJson, bool isMeeting, CommandContext context)
    {
        if (!isJson) { return context.Refuse(failure, isJson: false); }

        new JsonSessionPresenter(context.Output, context.Errors, isQuiet: false).End(SessionEnd.BeforeStart(failure, isMeeting));
        return failure.Exit;
    }

    private static SessionEnd Perform(PeerOptions options, IApproach approach, CommandContext context)
    {
        using IDisposable? signals = context.ListenToSignals(null);
        using Logger? log = Diagnostics.Create(options.Verbosity);
        var routing = OutputRouting.Of(context, options.Purpose, options.IsJson);
        Colour colour = !options.IsJson && routing.Output == context.Output && context.WantsColour() ? Colour.Ansi : Colour.None;
        var live = new LiveSession(Live(routing, options, context));
        ISessionPresenter presenter = options.IsJson
            ? new JsonSessionPresenter(routing.Output, routing.Errors, options.IsQuiet)
            : new TextSessionPresenter(routing.Output, routing.Errors, options, colour, live);
        for (bool hasMet = false; ; hasMet = true)
        {
            SessionEnd end = new SessionRunner(options, approach, context, presenter, log)
            {
                ShowsProgress = progress => live.Progress = progress,

                // On standard error, as ping does it: the output is the same with and without.
                PrintsStatus = (heading, end) => TextStatistics.Print(new LineBuffer(), context.Error, heading, end),
            }.Run();
            if (context.Stop.IsCancellationRequested) { return hasMet && end.Failure is null ? end with { Exit = ExitCode.Success } : end; }

            if (!MeetsAgain(options, end)) { return end; }

            presenter.Advise("the peer has left: waiting for the next one");
        }
    }

    // Forwards are there for the next peer with the code.
    private static bool MeetsAgain(PeerOptions options, SessionEnd end) =>
        options.Purpose.Forwards is { Stays: true } && end is { Failure: null, Verdict: Verdict.TwoWay }
        && end.Statistics.Data is DataOutcome.PeerLeft or DataOutcome.PeerReplaced or DataOutcome.Complete;

    // The lines that replace it have to be on the same terminal. A log is written past it.
    private static LiveLine Live(OutputRouting routing, PeerOptions options, CommandContext context)
    {
        bool isSeen = routing.Output != context.Output || context.IsOutputTerminal();
        return isSeen && !options.IsQuiet && options.Verbosity < 2 ? context.Live : LiveLine.None;
    }
}
