using System.Globalization;

namespace Punch.Cli.Parsing;

/// <summary>
/// Durations in the form <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>. A bare number means seconds, and decimals are allowed.
/// </summary>
internal static class DurationText
{
    /// <summary>The longest accepted duration.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Reads a duration of 0 to <see cref="Longest"/>.</summary>
    /// <param name="text">The user's text.</param>
    /// <param name="duration">The duration.</param>
    /// <returns>Null, or the fault, as text to follow the word.</returns>
    public static string? Parse(string text, out TimeSpan duration)
    {
        duration = default;
        int unitStart = text.Length;
        while (unitStart > 0 && char.IsAsciiLetter(text[unitStart - 1])) { unitStart--; }

        bool isNegative = text.StartsWith('-');
        ReadOnlySpan<char> number = text.AsSpan(isNegative ? 1 : 0, Math.Max(0, unitStart - (isNegative ? 1 : 0)));
        double? unit = text[unitStart..] switch { "ms" => 0.001, "s" or "" => 1, "m" => 60, "h" => 3600, _ => null };
        if (unit is null || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
        {
            return "is not a duration (write 250ms, 5s, 2m or 1h)";
        }

        if (isNegative) { return "is negative"; }

        double seconds = value * unit.Value;
        if (seconds > Longest.TotalSeconds) { return "is longer than 30 days"; }

        duration = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return null;
    }
}
