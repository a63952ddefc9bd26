using System.Globalization;

namespace Punch.Lab.Figures;

/// <summary>The command-line options of <c>figures</c>.</summary>
internal sealed record FigureOptions
{
    /// <summary>The number of runs of each cell with the binary.</summary>
    public int Runs { get; init; } = 20;

    /// <summary>The number of runs with the original, for each cell of group 1, and of group early with a gap of a second.</summary>
    public int OriginalRuns { get; private init; }

    /// <summary>The number of runs with an ICE library, for the pairs of <c>meet</c>.</summary>
    public int IceRuns { get; private init; }

    /// <summary>The number of cells that run at once.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>The loss rates of group 1. The other cells run without loss.</summary>
    public IReadOnlyList<double> Losses { get; private init; } = [0, 0.1, 0.3];

    /// <summary>The defaults for the table of early packets. Its runs mostly wait, so many run at once.</summary>
    public static FigureOptions ForEarly { get; } = new() { Runs = 10, Parallel = 16 };

    /// <summary>The defaults for the table of meetings, which take a second and a half each.</summary>
    public static FigureOptions ForMeet { get; } = new() { Runs = 10, Parallel = 3 };

    /// <summary>Only cells with this text in their name.</summary>
    public string Only { get; private init; } = "";

    /// <summary>Reads <c>--runs N --original N --ice N --parallel N --loss 0,0.1 --only TEXT</c>.</summary>
    /// <exception cref="ArgumentException">There is another argument.</exception>
    public static FigureOptions Parse(ReadOnlySpan<string> arguments, FigureOptions defaults)
    {
        FigureOptions options = defaults;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length) { throw new ArgumentException($"{arguments[i]} needs a value", nameof(arguments)); }

            options = options.With(arguments[i], arguments[i + 1]);
        }

        return options;
    }

    private FigureOptions With(string name, string value) => name switch
    {
        "--runs" => this with { Runs = Number(value) },
        "--original" => this with { OriginalRuns = Number(value) },
        "--ice" => this with { IceRuns = Number(value) },
        "--parallel" => this with { Parallel = Number(value) },
        "--loss" => this with { Losses = [.. value.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture))] },
        "--only" => this with { Only = value },
        _ => throw new ArgumentException($"there is no option {name}", nameof(name)),
    };

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);
}
