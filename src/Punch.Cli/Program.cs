using Punch.Cli.Output;
using Punch.Cli.Platform;
using Punch.Net.Addresses;
using Punch.Protocol;

namespace Punch.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        var output = new StandardStream(StandardHandles.Output());
        using var stop = new CancellationTokenSource();
        var status = new StatusRequest();
        HostAddress.ScopeName = InterfaceNames.Find;
        var error = new StandardStream(StandardHandles.Error());
        using var live = new LiveLine(error.HasCursor ? error : null, () => error.IsForeground, TimeProvider.System);
        var context = new CommandContext(output, error, stop, live)
        {
            IsOutputTerminal = () => output.HasCursor,
            IsInputTerminal = () => StandardInput.IsTerminal,
            WantsColour = () => output.WantsColour,
            ListenToSignals = hangUp => new StopSignals(stop, status) { HangUp = hangUp },
            Status = status,
            IsOutputMissing = output.IsMissing,
            OpenInput = StandardInput.Open,
        };
        return (int)Run(args, context);
    }

    private static Failure Bug(Exception e) => new(ExitCode.Internal, "internal", $"a bug in punch: {e.GetType().Name}")
    {
        Hint = "please report it with this command line",
    };

    private static ExitCode Run(string[] args, CommandContext context)
    {
        try
        {
            ExitCode exit = CommandTable.Run(args, context);
            if (context.Output.Error is not { } error) { return exit; }

            context.Errors.Fail(new Failure(ExitCode.Local, "output", $"cannot write to standard output: {error}"));
            return ExitCode.Local;
        }
#pragma warning disable CA1031 // The last handler: a bug is reported in one line, never as a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            bool isJson = args.TakeWhile(word => word != "--").Contains("--json");
            return context.Refuse(SystemRefusal.Explain(e) ?? Bug(e), isJson);
        }
    }
}
