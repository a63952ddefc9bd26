using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>
/// Binding requests a second that a server answers on one core, beside plain C on the same system calls and beside coturn. All run at
/// once and are asked in turns, short ones, so that whatever else the machine does hits them alike; ratios are taken within a round.
/// </summary>
internal static class StunBenchmark
{
    private const int Rounds = 15;
    private const double SecondsEach = 0.5;

    public static Table Run(string? binary)
    {
        var table = new Table(
            $"STUN: Binding requests a second on one core (median of {Rounds} rounds, interleaved)",
            "server", "answers a second", "ratio to C", "ratio to coturn", "answers a processor second", "ratio to C", "ratio to coturn");
        string? c = Measure.Compile("stun-serve");
        string? load = Measure.Compile("stun-load");
        if (binary is null || c is null || load is null || !Measure.IsInstalled("taskset") || Environment.ProcessorCount < 2)
        {
            table.Note($"Not run: needs the published binary ({binary ?? "none"}), a C compiler ({c ?? "none"}), taskset and two cores.");
            return table;
        }

        var servers = new List<StunServerUnderTest>();
        try
        {
            StartAll(servers, binary, c);
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < servers.Count; i++) { servers[(round + i) % servers.Count].Load(load, SecondsEach); }
            }

            Tell(table, servers);
        }
        finally
        {
            foreach (StunServerUnderTest server in servers) { server.Dispose(); }
        }

        return table;
    }

    private static void StartAll(List<StunServerUnderTest> servers, string binary, string c)
    {
        int port = Measure.FreePort();
        servers.Add(StunServerUnderTest.Start("C, recvmmsg and sendmmsg (stun-serve.c)", port, c, Text(port)));
        port = Measure.FreePort();
        servers.Add(StunServerUnderTest.Start(
            "punch serve, one address", port, binary, "serve", "--listen", $"127.0.0.1:{port}", "--rate-limit", "off"));
        port = Measure.FreePort();
        servers.Add(StunServerUnderTest.Start(
            "punch serve, every address", port, binary, "serve", "--listen", $"0.0.0.0:{port}", "--rate-limit", "off"));
        if (!Measure.IsInstalled("turnserver")) { return; }

        servers.Add(StartCoturn("coturn, its defaults"));
        servers.Add(StartCoturn(
            "coturn, STUN alone, one thread, the shortest answers", "-S", "-m", "0", "--no-tcp", "--no-tls", "--no-dtls",
            "--no-software-attribute", "--no-stun-backward-compatibility", "--response-origin-only-with-rfc5780"));
    }

    private static StunServerUnderTest StartCoturn(string name, params string[] options)
    {
        int port = Measure.FreePort();
        string pidFile = Path.Combine(AppContext.BaseDirectory, $"turnserver-{port}.pid");
        return StunServerUnderTest.Start(
            name, port, ["turnserver", "-n", "-L", "127.0.0.1", "-p", Text(port), "--no-cli", "--log-file=stdout", $"--pidfile={pidFile}", .. options]);
    }

    private static void Tell(Table table, List<StunServerUnderTest> servers)
    {
        StunServerUnderTest? coturn = servers.Find(server => server.Name.StartsWith("coturn", StringComparison.Ordinal));
        foreach (StunServerUnderTest server in servers)
        {
            table.Row(
                server.Name,
                Measure.Thousands(Measure.Median(server.Rates)), Ratio(server, servers[0], each => each.Rates), Ratio(server, coturn, each => each.Rates),
                Measure.Thousands(Measure.Median(server.RatesOfProcessor)),
                Ratio(server, servers[0], each => each.RatesOfProcessor), Ratio(server, coturn, each => each.RatesOfProcessor));
        }

        table.Note(
            "All but a few percent of a processor second is the kernel's, the same for each datagram: recvmmsg and sendmmsg save the system calls alone.");
        table.Note("A processor second is one that the server itself ran: on a machine with other work those columns hold, and the others shrink.");
        if (coturn is null) { table.Note("coturn is not installed: its row is missing."); }
    }

    private static string Ratio(StunServerUnderTest server, StunServerUnderTest? to, Func<StunServerUnderTest, List<double>> rates) =>
        to is null ? "-" : Measure.Ratio(Measure.Median(rates(server).Zip(rates(to), (one, other) => one / other)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
