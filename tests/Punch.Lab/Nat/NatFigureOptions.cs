using System.Globalization;

namespace Punch.Lab.Nat;

/// <summary>The options of <c>figures nat</c>.</summary>
internal sealed record NatFigureOptions
{
    /// <summary>The number of runs of each kind with each set of servers.</summary>
    public int Runs { get; private init; } = 10;

    /// <summary>The number of clients that are busy at once.</summary>
    public int Parallel { get; private init; } = 4;

    /// <summary>The share of packets lost in each direction, 0 to 1.</summary>
    public double Loss { get; private init; }

    /// <summary>Only kinds with this text in their name.</summary>
    public string Only { get; private init; } = "";

    /// <summary>Reads <c>--runs N --parallel N --loss RATE --only TEXT</c>.</summary>
    /// <exception cref="ArgumentException">There is another argument.</exception>
    public static NatFigureOptions Parse(string[] arguments) => arguments switch
    {
        [] => new NatFigureOptions(),
        ["--runs", string runs, .. string[] rest] => Parse(rest) with { Runs = int.Parse(runs, CultureInfo.InvariantCulture) },
        ["--parallel", string parallel, .. string[] rest] => Parse(rest) with { Parallel = int.Parse(parallel, CultureInfo.InvariantCulture) },
        ["--loss", string loss, .. string[] rest] => Parse(rest) with { Loss = double.Parse(loss, CultureInfo.InvariantCulture) },
        ["--only", string only, .. string[] rest] => Parse(rest) with { Only = only },
        _ => throw new ArgumentException($"'{arguments[0]}' is not --runs N, --parallel N, --loss RATE or --only TEXT", nameof(arguments)),
    };
}
