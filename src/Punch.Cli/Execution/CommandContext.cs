using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Pipe;
using Punch.Cli.Platform;

namespace Punch.Cli.Execution;

/// <summary>The process environment of a command. Tests replace it.</summary>
internal sealed class CommandContext(IByteSink output, IByteSink error, CancellationTokenSource stop, LiveLine live)
{
    /// <summary>A context without a terminal.</summary>
    public CommandContext(IByteSink output, IByteSink error, CancellationTokenSource stop)
        : this(output, error, stop, LiveLine.None)
    {
    }

    /// <summary>Standard output: the result, and nothing else.</summary>
    public IByteSink Output { get; } = new StoppingSink(live.Under(output), stop);

    /// <summary>Standard error, for events when standard output has other content.</summary>
    public IByteSink Error { get; } = live.Under(error);

    /// <summary>Standard error as lines of <c>punch: ...</c>.</summary>
    public ErrorPrinter Errors { get; } = new(live.Under(error));

    /// <summary>Cancelled to end the command: by a signal, or because the reader of standard output is gone.</summary>
    public CancellationTokenSource Stop { get; } = stop;

    /// <summary>The line that shows what the command waits for, if standard error is a terminal.</summary>
    public LiveLine Live { get; } = live;

    /// <summary>Whether standard output is a terminal. It is looked up only when needed.</summary>
    public Func<bool> IsOutputTerminal { get; init; } = () => false;

    /// <summary>Whether standard output may have colour. It is looked up only when needed.</summary>
    public Func<bool> WantsColour { get; init; } = () => false;

    /// <summary>Whether a person can be asked on standard input. It is looked up only when needed.</summary>
    public Func<bool> IsInputTerminal { get; init; } = () => false;

    /// <summary>Whether the program was started without standard output.</summary>
    public bool IsOutputMissing { get; init; }

    /// <summary>Set by SIGQUIT, which asks for the statistics so far.</summary>
    public StatusRequest Status { get; init; } = new();

    /// <summary>
    /// Makes signals cancel <see cref="Stop"/>, until disposed; SIGHUP does what is given instead. A command that ends by itself does not
    /// need it.
    /// </summary>
    public Func<Action?, IDisposable?> ListenToSignals { get; init; } = _ => null;

    /// <summary>Opens standard input, only when needed.</summary>
    public Func<IByteSource> OpenInput { get; init; } = () => EmptySource.Instance;

    /// <summary>Replaces this process with another program, or runs that program.</summary>
    public ICommandLauncher Launcher { get; init; } = CommandLauncher.System;

    /// <summary>Prints the answer to a question that needs no work.</summary>
    /// <param name="text">Without the last line's end.</param>
    public ExitCode Print(string text)
    {
        new LineBuffer().Append(text).Flush(Output);
        return ExitCode.Success;
    }

    /// <summary>Tells a person, and with <paramref name="isJson"/> a program, too, why nothing was done.</summary>
    public ExitCode Refuse(Failure failure, bool isJson)
    {
        if (isJson) { new JsonLines(Output).Error(failure); }

        Errors.Fail(failure);
        return failure.Exit;
    }
}
