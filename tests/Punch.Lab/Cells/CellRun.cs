using System.Text;
using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Cells;

/// <summary>How a cell is run.</summary>
internal sealed record CellOptions
{
    public StartOrder Order { get; init; }

    /// <summary>The part of the packets that is lost in each direction, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Seed of loss and random ports. Real processes add their own chance, so a run cannot be repeated exactly.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>A cell with both its processes: 50 ms from one side to the other and back.</summary>
internal sealed class CellRun : IDisposable
{
    private const int MaxSteps = 2000;
    private readonly LabNetwork _lab;
    private readonly Lock _lock = new();
    private readonly Queue<NetworkStep> _steps = [];
    private readonly string _title;
    private readonly LabHost _hostA;
    private readonly LabHost _hostB;
    private LabProcess? _a;
    private LabProcess? _b;

    private CellRun(Cell cell, CellOptions options)
    {
        _title = $"{cell.Name}, {options.Order}, loss {options.Loss:P0}, seed {options.Seed}";
        _lab = new LabNetwork(options.Seed);
        _lab.Network.Observer = Note;
        // Half of the way at each side. All loss is at A's end: a packet crosses it once in each direction.
        var half = new LinkOptions { Delay = TimeSpan.FromMilliseconds(12.5), Hops = 4 };
        _hostA = cell.A.Place(_lab, Side.A, half with { Loss = options.Loss }, options.Seed + 1);
        _hostB = cell.B.Place(_lab, Side.B, half, options.Seed + 3);
        _lab.Start();
    }

    /// <summary>Starts the processes; each command is made from the address by which the other side is known.</summary>
    public static CellRun Start(Cell cell, CellOptions options, Func<HostAddress, LabCommand> a, Func<HostAddress, LabCommand> b)
    {
        var run = new CellRun(cell, options);
        try
        {
            run.StartBoth(a(cell.B.KnownAddress(Side.B)), b(cell.A.KnownAddress(Side.A)), options.Order);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    public LabProcess A => _a!;

    public LabProcess B => _b!;

    public LabProcess Earlier => A.StartedAt <= B.StartedAt ? A : B;

    public LabProcess Later => A.StartedAt <= B.StartedAt ? B : A;

    /// <summary>Waits until both have ended; false when that takes longer.</summary>
    public bool WaitForExits(TimeSpan timeout)
    {
        Instant end = LabClock.Now + timeout;
        return A.WaitForExit(timeout) && B.WaitForExit(end > LabClock.Now ? end - LabClock.Now : TimeSpan.Zero);
    }

    /// <summary>What both sides printed and what the network did, in order of time from the later start: for people.</summary>
    public string Transcript()
    {
        (Instant Time, string Text)[] steps;
        lock (_lock) { steps = [.. _steps.Select(step => (step.At, $"  {TextOf(step)}"))]; }

        var text = new StringBuilder().AppendLine(_title);
        text.AppendLine($"packets: {_lab.Router.Forwarded} UDP, {_lab.Router.Ignored} others ignored, {_lab.Router.Undelivered} not taken by the kernel");
        foreach ((Instant time, string line) in steps.Concat(LinesOf("A", A)).Concat(LinesOf("B", B)).OrderBy(line => line.Time))
        {
            text.AppendLine($"{(time - Later.StartedAt).TotalMilliseconds,10:F1} ms  {line}");
        }

        return text.ToString();
    }

    public void Dispose()
    {
        _a?.Dispose();
        _b?.Dispose();
        _lab.Dispose();
    }

    private static IEnumerable<(Instant Time, string Text)> LinesOf(string side, LabProcess process)
    {
        yield return (process.StartedAt, $"{side} started");
        foreach (OutputLine line in process.Output) { yield return (line.Time, $"{side} {line.Text}"); }

        foreach (OutputLine line in process.Errors) { yield return (line.Time, $"{side} stderr: {line.Text}"); }

        if (process.ExitedAt is { } exited) { yield return (exited, $"{side} ended with {process.ExitCode}"); }
    }

    private void StartBoth(LabCommand a, LabCommand b, StartOrder order)
    {
        Instant soon = LabClock.Now + Preparation;
        Task<Spawned> spawnA = _hostA.SpawnAt(order == StartOrder.BFirst ? soon + Gap : soon, a);
        Task<Spawned> spawnB = _hostB.SpawnAt(order == StartOrder.AFirst ? soon + Gap : soon, b);
        if (order == StartOrder.BFirst) { _b = new LabProcess(spawnB.GetAwaiter().GetResult()); }

        _a = new LabProcess(spawnA.GetAwaiter().GetResult());
        _b ??= new LabProcess(spawnB.GetAwaiter().GetResult());
    }

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Preparation = TimeSpan.FromMilliseconds(10);

    private void Note(NetworkStep step)
    {
        lock (_lock)
        {
            _steps.Enqueue(step);
            if (_steps.Count > MaxSteps) { _steps.Dequeue(); }
        }
    }

    /// <summary>The step without its time, which the transcript counts from another origin.</summary>
    private static string TextOf(in NetworkStep step)
    {
        string text = step.ToString();
        return text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
    }
}
