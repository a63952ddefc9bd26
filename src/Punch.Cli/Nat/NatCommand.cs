using Punch.Cli.Options;
using Punch.Cli.Output;
using Serilog.Core;

namespace Punch.Cli.Nat;

/// <summary><c>punch nat</c>: finds out what this network's NAT does, and which peers it can reach.</summary>
internal static class NatCommand
{
    /// <summary>Parses the arguments, runs the discovery, and prints the result.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (NatTable.Parse(arguments, EnvironmentDefaults.OfProcess(context.OpenInput)))
        {
            case Request<NatOptions>.Answer answer:
                return context.Print(answer.Text);
            case Request<NatOptions>.Refuse refusal:
                return context.Refuse(refusal.Failure, refusal.IsJson);
            case Request<NatOptions>.Perform test:
                return Test(test.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Test(NatOptions options, CommandContext context)
    {
        using IDisposable? signals = context.ListenToSignals(null);
        using Logger? log = Diagnostics.Create(options.Verbosity);
        bool isSeen = !options.IsQuiet && options.Verbosity < 2 && context.IsOutputTerminal();
        INatPresenter presenter = options.IsJson
            ? new JsonNatPresenter(context.Output, context.Errors, options)
            : new TextNatPresenter(context.Output, context.Errors, options, isSeen ? context.Live : LiveLine.None);
        return new NatRunner(options, context, presenter, log).Run();
    }
}
