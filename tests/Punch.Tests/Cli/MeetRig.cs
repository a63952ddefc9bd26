using System.Text;
using System.Text.Json;
using Punch.Cli;
using Punch.Cli.HandOver;
using Punch.Cli.Pipe;
using Punch.Server;
using Punch.Tests.Serve;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>A server on loopback, and the whole command <c>punch meet</c> in this process, as often as a test needs.</summary>
internal sealed class MeetRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServerRig _server;

    /// <param name="password">The password of the server; null for none.</param>
    public MeetRig(ServerPassword? password = null) => _server = new ServerRig(
        new ServerOptions { Addresses = [ServerRig.Loopback], HasTcp = false, Limit = null, Password = password });

    public string Address => _server.Endpoint().ToString();

    /// <summary>Starts one side; it has <c>--via</c> already.</summary>
    public MeetSide Start(params string[] arguments) => Start(new MemorySink(), arguments);

    public MeetSide Start(MemorySink output, params string[] arguments) => new(["meet", "--via", Address, .. arguments], output, "");

    /// <summary>Starts one side with <c>--pipe</c> and a standard input.</summary>
    public MeetSide Pipe(string input, params string[] arguments) => new(["meet", "--via", Address, "--pipe", "-w", "30", .. arguments], new MemorySink(), input);

    /// <summary>Starts one side that hands its path to a command, which ends with exit code 42.</summary>
    public MeetSide HandOver(params string[] arguments) => Start([.. arguments, "-w", "30", "--", "sh"]);

    public void Dispose() => _server.Dispose();

    /// <summary>Waits for a condition that other threads make true.</summary>
    public static void Until(Func<bool> condition, Func<string> what) => Assert.True(SpinWait.SpinUntil(condition, Patience), what());
}

/// <summary>One side of a meeting, running.</summary>
internal sealed class MeetSide : IDisposable, ICommandLauncher
{
    private const string ForTheOther = "On the other side: ";

    private readonly CancellationTokenSource _stop = new();
    private readonly MemorySink _output;
    private readonly MemorySink _error = new();
    private readonly Task<CliResult> _run;

    public MeetSide(string[] arguments, MemorySink output, string input)
    {
        _output = output;
        IsJson = arguments.Contains("--json");
        var context = new CommandContext(output, _error, _stop)
        {
            OpenInput = () => new ByteSource(Encoding.UTF8.GetBytes(input)),
            Launcher = this,
        };
        _run = Task.Factory.StartNew(
            () => new CliResult((int)CommandTable.Run(arguments, context), output.Text, _error.Text),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    public CliResult Result => _run.Result;

    private bool IsJson { get; }

    /// <summary>What the command found in its environment; null when none was launched.</summary>
    public Dictionary<string, string?>? Launched { get; private set; }

    /// <summary>Waits until it has printed this text, or has ended.</summary>
    public MeetSide Until(string text)
    {
        MeetRig.Until(() => _output.Text.Contains(text, StringComparison.Ordinal) || _run.IsCompleted, () => $"'{text}' never came:\n{_output.Text}{_error.Text}");
        return this;
    }

    /// <summary>The code that it made.</summary>
    public string Code() => Line().Split(' ')[2];

    /// <summary>The events of this name so far, with <c>--json</c>.</summary>
    public JsonElement[] Events(string name) =>
    [
        .. _output.Lines.Where(line => line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(e => e.GetProperty("event").GetString() == name),
    ];

    /// <summary>The line for the other side that it printed.</summary>
    public string Line()
    {
        if (IsJson)
        {
            Until("\"code\"");
            return Events("code")[0].GetProperty("command").GetString()!;
        }

        Until(ForTheOther);
        return _output.Lines.Single(line => line.StartsWith(ForTheOther, StringComparison.Ordinal))[ForTheOther.Length..];
    }

    public CliResult Interrupt()
    {
        _stop.Cancel();
        return Result;
    }

    public LaunchResult Launch(HandOverCommand command, IReadOnlyList<(string Name, string? Value)> variables, int? descriptor)
    {
        Launched = variables.ToDictionary(each => each.Name, each => each.Value);
        return new LaunchResult(42);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait();
        _stop.Dispose();
    }
}

/// <summary>An input with all its bytes there from the start.</summary>
internal sealed class ByteSource(byte[] bytes) : IByteSource
{
    public int Taken { get; private set; }

    public int Read(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, bytes.Length - Taken);
        bytes.AsSpan(Taken, count).CopyTo(buffer);
        Taken += count;
        return count;
    }
}
