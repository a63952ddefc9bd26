using Punch.Net.Server;
using Punch.Tests.Serve;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>A server on loopback, and the whole command <c>punch meet</c> in this process as often as a test wants.</summary>
internal sealed class MeetRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServerRig _server = new(new ServerOptions { Addresses = [ServerRig.Loopback], HasTcp = false, Limit = null });

    public string Address => _server.Endpoint().ToString();

    /// <summary>Starts one side; it has <c>--via</c> already.</summary>
    public MeetSide Start(params string[] arguments) => new(["meet", "--via", Address, .. arguments], new MemorySink());

    public MeetSide Start(MemorySink output, params string[] arguments) => new(["meet", "--via", Address, .. arguments], output);

    public void Dispose() => _server.Dispose();

    /// <summary>Waits for something that others bring about.</summary>
    public static void Until(Func<bool> condition, Func<string> what) => Assert.True(SpinWait.SpinUntil(condition, Patience), what());
}

/// <summary>One side of a meeting, running.</summary>
internal sealed class MeetSide : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly MemorySink _output;
    private readonly Task<CliResult> _run;

    public MeetSide(string[] arguments, MemorySink output)
    {
        _output = output;
        _run = Task.Factory.StartNew(() => CliResult.Of(output, _stop.Token, arguments), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public CliResult Result => _run.Result;

    /// <summary>Waits until it has printed this, or is over.</summary>
    public MeetSide Until(string text)
    {
        MeetRig.Until(() => _output.Text.Contains(text, StringComparison.Ordinal) || _run.IsCompleted, () => $"'{text}' never came:\n{_output.Text}");
        return this;
    }

    /// <summary>The code that it made.</summary>
    public string Code() => Until("On the other side: ").CommandLine().Split(' ')[2];

    public CliResult Interrupt()
    {
        _stop.Cancel();
        return Result;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait();
        _stop.Dispose();
    }

    private string CommandLine() => _output.Lines.Single(line => line.StartsWith("On the other side: ", StringComparison.Ordinal))["On the other side: ".Length..];
}
