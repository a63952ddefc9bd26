using System.Globalization;

namespace Punch.Cli.Parsing;

/// <summary>Whole numbers in a range.</summary>
internal static class NumberText
{
    /// <summary>Reads decimal digits only: no sign, blank, exponent or separator.</summary>
    /// <returns>Null, or the fault, as text to follow the word.</returns>
    public static string? Parse(string text, string noun, long min, long max, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"is not {noun} ({min} to {max})");
}
