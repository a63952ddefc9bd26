namespace Punch.Cli.Predict;

/// <summary>The options of <c>punch predict</c>, parsed and checked.</summary>
internal sealed record PredictOptions
{
    /// <summary>The default number of runs for each pair of candidates. Ports, waits and start times differ between runs.</summary>
    public const int DefaultSeeds = 20;

    /// <summary>The largest number of runs for each pair.</summary>
    public const int MaxSeeds = 10_000;

    /// <summary>The first side.</summary>
    public required PredictedNetwork A { get; init; }

    /// <summary>The second side.</summary>
    public required PredictedNetwork B { get; init; }

    /// <summary>Runs for each pair of candidates.</summary>
    public int Seeds { get; init; } = DefaultSeeds;

    /// <summary>Whether to draw one run.</summary>
    public bool Shows { get; init; }

    /// <summary>The file for an SVG picture of one run; null for none.</summary>
    public string? SvgPath { get; init; }

    /// <summary>Whether stdout carries JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only the first line is printed.</summary>
    public bool IsQuiet { get; init; }
}
