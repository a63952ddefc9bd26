using System.Diagnostics;
using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>
/// Measures the joins a second that a rendezvous server handles on one core while a million parties wait, and the memory for each party.
/// Next to it is plain C with the same system calls and nothing else. Both run at once and are asked in turns.
/// </summary>
internal static class RoomsBenchmark
{
    private const int Waiting = 1_000_000;
    private const int FillSeconds = 50; // a party is forgotten after 60
    private const int Rounds = 9;

    private static readonly string[] Phases = ["again", "cold"];

    public static Table Run(string? binary)
    {
        var table = new Table(
            $"Rendezvous: joins of 1200 bytes a second on one core with {Waiting:N0} parties waiting, each with four sealed candidates (median of {Rounds} rounds, interleaved)",
            "server", "what", "joins a second", "ratio to C", "joins a processor second", "ratio to C");
        string? c = Measure.Compile("rooms-serve");
        string? load = Measure.Compile("rooms-load");
        if (binary is null || c is null || load is null || !Measure.IsInstalled("taskset") || Environment.ProcessorCount < 2)
        {
            table.Note($"Not run: needs the published binary ({binary ?? "none"}), a C compiler ({c ?? "none"}), taskset and two cores.");
            return table;
        }

        OwnNetwork.Enter();
        int cPort = Measure.FreePort();
        using var yardstick = new Subject("C, system calls alone (rooms-serve.c)", cPort, load, c, Text(cPort));
        int port = Measure.FreePort();
        using var punch = new Subject(
            "punch serve", port, load, binary, "serve", "--listen", $"127.0.0.1:{port}", "--rate-limit", "off", "--max-rooms", Text(Waiting));
        Compare(table, yardstick, punch);
        return table;
    }

    private static void Compare(Table table, Subject yardstick, Subject punch)
    {
        yardstick.Ask("fill", $"1000 {FillSeconds}");
        double before = punch.Server.ResidentBytes();
        punch.Ask("fill", $"{Waiting} {FillSeconds}");
        double each = (punch.Server.ResidentBytes() - before) / punch.Rooms;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (string phase in Phases)
            {
                yardstick.Ask(phase, "0.5");
                punch.Ask(phase, "0.5");
            }
        }

        AddRow(table, "a waiting party comes, with a nonce", "fill", yardstick: null, punch);
        foreach (string phase in Phases)
        {
            string what = phase == "cold" ? "the other party comes without a nonce: answered, and the first one told" : "a waiting party joins again, with a nonce";
            AddRow(table, what, phase, yardstick, yardstick);
            AddRow(table, what, phase, yardstick, punch);
        }

        table.Note($"Memory: {each:F0} bytes of the process for each of {punch.Rooms:N0} waiting parties, {before / 1e6:F1} MB before they came.");
        table.Note("A processor second is one that the server itself ran: on a machine with other work those columns hold, and the others shrink.");
        table.Note(OwnNetwork.Note);
    }

    private static void AddRow(Table table, string what, string phase, Subject? yardstick, Subject subject) => table.Row(
        subject.Server.Name, what,
        Measure.Thousands(Measure.Median(subject.Of(phase).Rates)), Ratio(subject, yardstick, phase, each => each.Rates),
        Measure.Thousands(Measure.Median(subject.Of(phase).OfProcessor)), Ratio(subject, yardstick, phase, each => each.OfProcessor));

    private static string Ratio(Subject subject, Subject? to, string phase, Func<Result, List<double>> numbers) => to is null
        ? "-"
        : Measure.Ratio(Measure.Median(numbers(subject.Of(phase)).Zip(numbers(to.Of(phase)), (one, other) => one / other)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Result(List<double> Rates, List<double> OfProcessor);

    /// <summary>A server, and the generator that keeps its sockets: the nonces belong to them.</summary>
    private sealed class Subject : IDisposable
    {
        private readonly Process _load;
        private readonly Dictionary<string, Result> _results = [];

        public Subject(string name, int port, string load, params string[] command)
        {
            Server = StunServerUnderTest.Start(name, port, command);
            _load = Process.Start(new ProcessStartInfo("taskset", ["-c", "1", load, Text(port)]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }

        public StunServerUnderTest Server { get; }

        /// <summary>The number of waiting parties. It is lower than wanted if the machine is too busy to fill the rooms in time.</summary>
        public double Rooms { get; private set; }

        public Result Of(string phase) => _results[phase];

        /// <summary>Runs a phase and records its result.</summary>
        public void Ask(string phase, string arguments)
        {
            double before = Server.ProcessorSeconds();
            _load.StandardInput.WriteLine($"{phase} {arguments}");
            _load.StandardInput.Flush();
            string line = _load.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Server.Name} gave no right answers to '{phase} {arguments}'");
            double[] numbers = [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            if (!_results.TryGetValue(phase, out Result? result)) { _results.Add(phase, result = new Result([], [])); }

            Rooms = numbers[4];
            result.Rates.Add(numbers[0]);
            result.OfProcessor.Add(numbers[2] / (Server.ProcessorSeconds() - before));
        }

        public void Dispose()
        {
            _load.StandardInput.Close();
            _load.WaitForExit();
            _load.Dispose();
            Server.Dispose();
        }
    }
}
