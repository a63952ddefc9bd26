namespace Punch.Cli.Predict;

/// <summary>What <c>punch predict</c> was asked to do; parsed once, never checked again.</summary>
internal sealed record PredictOptions
{
    /// <summary>Runs for each pair of candidates unless asked otherwise: chance enters by ports, waits and start times.</summary>
    public const int DefaultSeeds = 20;

    /// <summary>The most that can be asked for.</summary>
    public const int MaxSeeds = 10_000;

    /// <summary>One side.</summary>
    public required Party A { get; init; }

    /// <summary>The other side.</summary>
    public required Party B { get; init; }

    /// <summary>Runs for each pair of candidates.</summary>
    public int Seeds { get; init; } = DefaultSeeds;

    /// <summary>Whether to draw one run.</summary>
    public bool Shows { get; init; }

    /// <summary>The file that takes an SVG picture of one run; null for none.</summary>
    public string? SvgPath { get; init; }

    /// <summary>Whether stdout carries JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether only the first line is printed.</summary>
    public bool IsQuiet { get; init; }
}
