using Punch.Lab.Topology;
using Punch.Protocol;
using Punch.Simulation;

namespace Punch.Lab.Cells;

/// <summary>The conditions of a run.</summary>
internal sealed record CellOptions
{
    /// <summary>The length of a slot of the wall clock. <see cref="Phase"/> is shorter.</summary>
    public static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(4);

    /// <summary>How much earlier A starts than B; negative if B is first.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>
    /// How far into a slot of the wall clock the earlier side starts, below <see cref="SlotLength"/>; null starts at once. The time of a
    /// meeting in slots depends on it.
    /// </summary>
    public TimeSpan? Phase { get; init; }

    /// <summary>How far B's wall clock is ahead of A's. A's is right.</summary>
    public TimeSpan ClockDifference { get; init; }

    /// <summary>The share of packets lost in each direction, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The seed of loss and random ports. Real processes add their own chance, so a run cannot be repeated exactly.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>A cell with both its processes. The round trip between the sides is 50 ms.</summary>
internal sealed class CellRun : IDisposable
{
    private readonly LabNetwork _lab;
    private readonly LabTranscript _transcript;
    private readonly string _title;
    private readonly LabHost _hostA;
    private readonly LabHost _hostB;
    private LabProcess? _a;
    private LabProcess? _b;

    private CellRun(Cell cell, CellOptions options)
    {
        _title = $"{cell.Name}, {StartGap.Text(options.Gap)}, loss {options.Loss:P0}, seed {options.Seed}";
        _lab = new LabNetwork(options.Seed);
        _transcript = new LabTranscript(_lab);
        // Half of the delay is at each side. All loss is at A's end: a packet crosses it once in each direction.
        var half = new LinkOptions { Delay = TimeSpan.FromMilliseconds(12.5), Hops = 4 };
        _hostA = cell.A.Place(_lab, Side.A, half with { Loss = options.Loss }, options.Seed + 1);
        _hostB = cell.B.Place(_lab, Side.B, half, options.Seed + 3);
        _lab.Start();
    }

    /// <summary>Starts the processes. Each command gets the address of the other side.</summary>
    public static CellRun Start(Cell cell, CellOptions options, Func<HostAddress, LabCommand> a, Func<HostAddress, LabCommand> b)
    {
        var run = new CellRun(cell, options);
        try
        {
            run.StartBoth(a(cell.B.KnownAddress(Side.B)), b(cell.A.KnownAddress(Side.A)).Ahead(options.ClockDifference), options);
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

    /// <summary>Waits until both have ended; false if that takes longer.</summary>
    public bool WaitForExits(TimeSpan timeout)
    {
        Instant end = LabClock.Now + timeout;
        return A.WaitForExit(timeout) && B.WaitForExit(end > LabClock.Now ? end - LabClock.Now : TimeSpan.Zero);
    }

    /// <summary>The output of both sides and the steps of the network, in order of time from the later start, for people.</summary>
    public string Transcript() => _transcript.Print(_title, Later.StartedAt, [("A", A), ("B", B)]);

    public void Dispose()
    {
        _a?.Dispose();
        _b?.Dispose();
        _lab.Dispose();
    }

    private void StartBoth(LabCommand a, LabCommand b, CellOptions options)
    {
        Instant first = FirstStart(options.Phase);
        bool isBFirst = options.Gap < TimeSpan.Zero;
        Task<Spawned> spawnA = _hostA.SpawnAt(isBFirst ? first - options.Gap : first, a);
        Task<Spawned> spawnB = _hostB.SpawnAt(isBFirst ? first : first + options.Gap, b);
        if (isBFirst) { _b = new LabProcess(spawnB.GetAwaiter().GetResult()); }

        _a = new LabProcess(spawnA.GetAwaiter().GetResult());
        _b ??= new LabProcess(spawnB.GetAwaiter().GetResult());
    }

    private static Instant FirstStart(TimeSpan? phase)
    {
        Instant soon = LabClock.Now + Preparation;
        if (phase is not { } wanted) { return soon; }

        TimeSpan present = new((DateTime.UtcNow + Preparation).Ticks % CellOptions.SlotLength.Ticks);
        return soon + (wanted >= present ? wanted - present : wanted - present + CellOptions.SlotLength);
    }

    private static readonly TimeSpan Preparation = TimeSpan.FromMilliseconds(10);
}
