using Punch.Cli.Options;
using Serilog.Core;

namespace Punch.Cli.Serve;

/// <summary><c>punch serve</c>: runs the server.</summary>
internal static class ServeCommand
{
    /// <summary>Parses the arguments, runs the server, and prints its counts.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (ServeTable.Parse(arguments))
        {
            case Request<ServeOptions>.Answer answer:
                return context.Print(answer.Text);
            case Request<ServeOptions>.Refuse refusal:
                Presenter(refusal.IsJson, context).Fail(refusal.Failure);
                return refusal.Failure.Exit;
            case Request<ServeOptions>.Perform serve:
                return Serve(serve.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Serve(ServeOptions options, CommandContext context)
    {
        using Logger log = ServeLog.Create(options);
        var runner = new ServeRunner(options, context, Presenter(options.IsJson, context), new ServeLog(log));
        using IDisposable? signals = context.ListenToSignals(options.Certificate is null ? null : runner.Reload);
        return runner.Run();
    }

    private static IServePresenter Presenter(bool isJson, CommandContext context) =>
        isJson ? new JsonServePresenter(context.Output, context.Errors) : new TextServePresenter(context.Output, context.Errors);
}
