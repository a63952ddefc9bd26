using System.Globalization;

namespace Punch.Lab.Cells;

/// <summary>The gap between two starts: how much earlier A starts than B, negative if B is first.</summary>
internal static class StartGap
{
    /// <summary>The gap of an order.</summary>
    public static TimeSpan Gap(this StartOrder order) => order switch
    {
        StartOrder.Together => TimeSpan.Zero,
        StartOrder.AFirst => TimeSpan.FromSeconds(1),
        StartOrder.BFirst => TimeSpan.FromSeconds(-1),
        _ => throw new ArgumentOutOfRangeException(nameof(order)),
    };

    /// <summary>Reads seconds, with or without the unit: <c>40s</c>, <c>-1</c>.</summary>
    /// <exception cref="ArgumentException">The text is not a number of seconds.</exception>
    public static TimeSpan Parse(string text) => double.TryParse(text.TrimEnd('s'), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException($"'{text}' is no number of seconds", nameof(text));

    /// <summary>The text, such as <c>B first by 40 s</c>.</summary>
    public static string Text(TimeSpan gap) =>
        gap == TimeSpan.Zero ? "together" : $"{(gap > TimeSpan.Zero ? "A" : "B")} first by {gap.Duration().TotalSeconds:0.###} s";
}
