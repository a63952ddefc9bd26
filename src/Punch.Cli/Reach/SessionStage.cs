using Punch.Cli.Output;
using Serilog.Core;

namespace Punch.Cli.Reach;

/// <summary>What a command that opens a path has around its session: signals, a log, and the place where its story is told.</summary>
internal sealed class SessionStage : IDisposable
{
    private readonly IDisposable? _signals;

    private SessionStage(PeerOptions options, CommandContext context)
    {
        _signals = context.ListenToSignals();
        Log = Diagnostics.Create(options.Verbosity);
        OutputRouting routing = OutputRouting.Of(context.Output, context.Error, options.Purpose.Use, options.IsJson);
        (Output, Errors) = (routing.Output, routing.Errors);
        Colour = !options.IsJson && Output == context.Output && context.WantsColour() ? Colour.Ansi : Colour.None;
    }

    /// <summary>The log; null for none.</summary>
    public Logger? Log { get; }

    /// <summary>Where the lines go.</summary>
    public IByteSink Output { get; }

    /// <summary>Where failures are told to people.</summary>
    public ErrorPrinter Errors { get; }

    /// <summary>How lines for people are coloured.</summary>
    public Colour Colour { get; }

    /// <summary>Runs a session, and, once nothing of it is left, the command that its path goes to.</summary>
    public static ExitCode Perform(PeerOptions options, CommandContext context, Func<SessionStage, SessionEnd> run)
    {
        SessionEnd end;
        using (var stage = new SessionStage(options, context)) { end = run(stage); }

        return end.HandOver is { } path ? path.Launch(context.Launcher, context.Errors) : end.Exit;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Log?.Dispose();
        _signals?.Dispose();
    }
}
