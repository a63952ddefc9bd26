using System.Globalization;

namespace Punch.Lab.Figures;

/// <summary>Measured durations, with their statistics for a table.</summary>
internal sealed class Durations
{
    private readonly List<TimeSpan> _values = [];

    public int Count => _values.Count;

    public void Add(TimeSpan value) => _values.Add(value);

    /// <summary>The median in milliseconds; a dash if there are no values.</summary>
    public string Median => Percentile(50);

    /// <summary>The median; null if there are no values.</summary>
    public TimeSpan? MedianValue => ValueAt(50);

    /// <summary>
    /// A percentile in milliseconds: the smallest value that at least this percentage of the values do not exceed. A dash if there are no
    /// values.
    /// </summary>
    public string Percentile(int percentage)
    {
        if (ValueAt(percentage) is not { TotalMilliseconds: double milliseconds }) { return "-"; }

        return milliseconds.ToString(milliseconds < 1000 ? "F1" : "F0", CultureInfo.InvariantCulture);
    }

    private TimeSpan? ValueAt(int percentage)
    {
        int rank = ((_values.Count * percentage) + 99) / 100;
        return _values.Count == 0 ? null : _values.Order().ElementAt(Math.Max(rank, 1) - 1);
    }
}
