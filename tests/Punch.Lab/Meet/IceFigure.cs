using Punch.Lab.Cells;
using Punch.Lab.Figures;

namespace Punch.Lab.Meet;

/// <summary>One pair with python3-aioice: its sides run many times in the lab of the pair's <see cref="MeetFigure"/>.</summary>
internal sealed class IceFigure(Cell cell)
{
    private readonly Lock _lock = new();
    private readonly Durations[] _times = [new(), new(), new(), new()];
    private int _runs;

    public string Name => $"{cell.Name}, python3-aioice";

    public Cell Cell => cell;

    public static IReadOnlyList<string> Header { get; } =
    [
        "waiting x joining", "punch: joiner", "waiting side", "python3-aioice: both connected", "joiner", "waiting side",
        "joiner without the interpreter's start", "waiting side without it",
    ];

    /// <summary>The cells of the row after the two medians of punch.</summary>
    public IReadOnlyList<string> Row => [$"{_times[1].Count}/{_runs}", .. _times.Select(times => times.Median)];

    /// <summary>Runs it once. If it does not connect, that is a result and not a failure.</summary>
    public void Run(int number)
    {
        IceResult result = IceTrial.Run(cell, Seed.Of(Name, number));
        TimeSpan?[] found = [result.Joiner, result.Waiter, result.JoinerReady, result.WaiterReady];
        lock (_lock)
        {
            _runs++;
            if (!result.AreBothConnected) { return; }

            foreach ((Durations times, TimeSpan? value) in _times.Zip(found)) { times.Add(value!.Value); }
        }
    }
}
