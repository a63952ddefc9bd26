using System.Globalization;

namespace Punch.Benchmarks.Wan;

/// <summary>
/// Measures transfers over a wire with a rate, a queue, a delay and loss, next to <c>iperf3</c> with the kernel's congestion controls, in
/// the same run. It needs root, gcc and iperf3.
/// </summary>
internal static class WanBenchmark
{
    public static IEnumerable<Table> Run(string[] arguments, string? binary)
    {
        var options = new WanOptions(arguments);
        using Wire? wire = Measure.IsInstalled("iperf3") ? Wire.TryOpen() : null;
        if (wire is null)
        {
            var none = new Table("Wire");
            none.Note("Not run: needs root, a C compiler, iperf3, nsenter, sysctl and ip.");
            yield return none;
            yield break;
        }

        if (options.HasTable("rates"))
        {
            foreach (WireOptions way in options.Wires()) { yield return new RateTable(wire, options, way).Run(Subjects.Of(options, binary)); }
        }

        if (options.HasTable("fair")) { yield return new FairTable(wire, options).Run(Subjects.Joining(options, binary)); }

        if (options.HasTable("events")) { yield return new EventTable(wire, options).Run(Subjects.Commands(options, binary)); }
    }

    public static string Megabits(double rate) => (rate / 1e6).ToString(rate < 100e6 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
