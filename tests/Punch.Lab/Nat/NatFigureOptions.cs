using System.Globalization;

namespace Punch.Lab.Nat;

/// <summary>What <c>figures nat</c> asks for.</summary>
internal sealed record NatFigureOptions
{
    /// <summary>How often each kind is asked about with each set of servers.</summary>
    public int Runs { get; private init; } = 10;

    /// <summary>How many clients are busy at once.</summary>
    public int Parallel { get; private init; } = 4;

    /// <summary>The part of the packets that is lost in each direction, 0 to 1.</summary>
    public double Loss { get; private init; }

    /// <summary>Only kinds whose name contains this.</summary>
    public string Only { get; private init; } = "";

    /// <summary>Reads <c>--runs N --parallel N --loss RATE --only TEXT</c>.</summary>
    /// <exception cref="ArgumentException">Something else is there.</exception>
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
