using Punch.Cli.HandOver;
using Punch.Cli.Output;
using Punch.Cli.Pipe;
using Punch.Cli.Platform;

namespace Punch.Cli.Execution;

/// <summary>What a command has of the process it runs in; a test gives it another.</summary>
internal sealed class CommandContext(IByteSink output, IByteSink error, CancellationTokenSource stop, LiveLine live)
{
    /// <summary>A context without a terminal.</summary>
    public CommandContext(IByteSink output, IByteSink error, CancellationTokenSource stop)
        : this(output, error, stop, LiveLine.None)
    {
    }

    /// <summary>Standard output: the answer, and nothing else.</summary>
    public IByteSink Output { get; } = new StoppingSink(live.Under(output), stop);

    /// <summary>Standard error: events, where standard output is not ours to print on.</summary>
    public IByteSink Error { get; } = live.Under(error);

    /// <summary>Standard error as lines of <c>punch: ...</c>.</summary>
    public ErrorPrinter Errors { get; } = new(live.Under(error));

    /// <summary>Asked to end: by a signal, or because nobody reads standard output any more.</summary>
    public CancellationTokenSource Stop { get; } = stop;

    /// <summary>What the command waits for, where standard error is a terminal.</summary>
    public LiveLine Live { get; } = live;

    /// <summary>Whether people read standard output directly; looked up only where it is needed.</summary>
    public Func<bool> IsOutputTerminal { get; init; } = () => false;

    /// <summary>Whether standard output shows colour; looked up only where it is needed.</summary>
    public Func<bool> WantsColour { get; init; } = () => false;

    /// <summary>Whether the program was started without standard output.</summary>
    public bool IsOutputMissing { get; init; }

    /// <summary>Set by SIGQUIT: the statistics so far are wanted.</summary>
    public StatusRequest Status { get; init; } = new();

    /// <summary>Makes signals cancel <see cref="Stop"/>, until disposed of. A command that ends by itself leaves them alone.</summary>
    public Func<IDisposable?> ListenToSignals { get; init; } = () => null;

    /// <summary>Opens standard input; only where it is needed.</summary>
    public Func<IByteSource> OpenInput { get; init; } = () => EmptySource.Instance;

    /// <summary>Becomes another program, or runs it.</summary>
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
