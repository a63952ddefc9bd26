using System.Globalization;

namespace Punch.Lab.Figures;

/// <summary>Measured durations, and what is said of them in a table.</summary>
internal sealed class Durations
{
    private readonly List<TimeSpan> _values = [];

    public int Count => _values.Count;

    public void Add(TimeSpan value) => _values.Add(value);

    /// <summary>The middle one in milliseconds; a dash when there are none.</summary>
    public string Median => Percentile(50);

    /// <summary>The middle one; null when there are none.</summary>
    public TimeSpan? MedianValue => ValueAt(50);

    /// <summary>The smallest value that at least this percentage of the values do not exceed, in milliseconds; a dash when there are none.</summary>
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
