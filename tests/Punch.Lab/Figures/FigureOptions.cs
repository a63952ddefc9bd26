using System.Globalization;

namespace Punch.Lab.Figures;

/// <summary>What <c>figures</c> on the command line asks for.</summary>
internal sealed record FigureOptions
{
    /// <summary>How often each cell is run with the binary.</summary>
    public int Runs { get; init; } = 20;

    /// <summary>How often each cell of group 1, or of group early after a second, is run with the original.</summary>
    public int OriginalRuns { get; private init; }

    /// <summary>How often the pairs of <c>meet</c> are run with an ICE library.</summary>
    public int IceRuns { get; private init; }

    /// <summary>How many cells run at once.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Loss rates of group 1; the other cells run without loss.</summary>
    public IReadOnlyList<double> Losses { get; private init; } = [0, 0.1, 0.3];

    /// <summary>The defaults of the table of early packets: its runs wait most of their time, so that many fit in at once.</summary>
    public static FigureOptions ForEarly { get; } = new() { Runs = 10, Parallel = 16 };

    /// <summary>The defaults of the table of meetings, which take a second and a half each.</summary>
    public static FigureOptions ForMeet { get; } = new() { Runs = 10, Parallel = 3 };

    /// <summary>Only cells whose name contains this.</summary>
    public string Only { get; private init; } = "";

    /// <summary>Reads <c>--runs N --original N --ice N --parallel N --loss 0,0.1 --only TEXT</c>.</summary>
    /// <exception cref="ArgumentException">Something else is there.</exception>
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
