using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>What a <see cref="Wire"/> counted in one direction.</summary>
internal sealed record WayCounters(
    double Packets, double Bytes, double Watched, double Full, double Lost, double Large, double Out, double Refused, double MeanLate, double MostLate)
{
    public const int Count = 10;

    public static WayCounters Of(ReadOnlySpan<double> numbers) => new(
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7], numbers[8], numbers[9]);
}

/// <summary>What a <see cref="Wire"/> counted since it was asked last.</summary>
/// <param name="There">From the sender to the receiver.</param>
/// <param name="Back">From the receiver to the sender.</param>
/// <param name="ProcessorSeconds">The processor time of the wire itself.</param>
internal sealed record WireCounters(WayCounters There, WayCounters Back, double ProcessorSeconds)
{
    public static WireCounters Parse(string line)
    {
        double[] numbers = [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new WireCounters(WayCounters.Of(numbers), WayCounters.Of(numbers.AsSpan(WayCounters.Count)), numbers[^1]);
    }
}
