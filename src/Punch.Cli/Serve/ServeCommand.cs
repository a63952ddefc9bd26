using Punch.Cli.Output;
using Serilog.Core;

namespace Punch.Cli.Serve;

/// <summary><c>punch serve</c>: the server.</summary>
internal static class ServeCommand
{
    /// <summary>The word that names it.</summary>
    public const string Name = "serve";

    /// <summary>Parses, runs, prints.</summary>
    public static ExitCode Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        switch (new ServeSyntax().Parse(arguments))
        {
            case ServeRequest.Help:
                new LineBuffer().Append(ServeHelp.Text).Flush(context.Output);
                return ExitCode.Success;
            case ServeRequest.Refuse refusal:
                Presenter(refusal.IsJson, context).Fail(refusal.Failure);
                return refusal.Failure.Exit;
            case ServeRequest.Serve serve:
                return Serve(serve.Options, context);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ExitCode Serve(ServeOptions options, CommandContext context)
    {
        using IDisposable? signals = context.ListenToSignals();
        using Logger log = ServeLog.Create(options);
        return new ServeRunner(options, context, Presenter(options.IsJson, context), new ServeLog(log)).Run();
    }

    private static IServePresenter Presenter(bool isJson, CommandContext context) =>
        isJson ? new JsonServePresenter(context.Output, context.Errors) : new TextServePresenter(context.Output, context.Errors);
}
