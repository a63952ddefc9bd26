using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>Reads and writes numbers with a unit prefix, such as <c>200M</c>.</summary>
internal static class Quantity
{
    private static readonly (char Prefix, double Factor)[] Prefixes = [('G', 1e9), ('M', 1e6), ('k', 1e3)];

    public static double Parse(string text)
    {
        foreach ((char prefix, double factor) in Prefixes)
        {
            if (text.EndsWith(prefix)) { return factor * double.Parse(text[..^1], CultureInfo.InvariantCulture); }
        }

        return double.Parse(text, CultureInfo.InvariantCulture);
    }

    public static string Text(double value)
    {
        foreach ((char prefix, double factor) in Prefixes)
        {
            if (value >= factor) { return string.Create(CultureInfo.InvariantCulture, $"{value / factor:0.##} {prefix}"); }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} ");
    }
}
