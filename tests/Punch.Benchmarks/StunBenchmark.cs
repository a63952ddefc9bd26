using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>
/// Measures the Binding requests a second that a server answers on one core, next to plain C with the same system calls and next to coturn.
/// All run at once and are asked in short turns, so that other work of the machine hits them alike. Ratios are taken within a round.
/// </summary>
internal static class StunBenchmark
{
    private const int Rounds = 11;
    private const double SecondsEach = 0.5;

    // Many requests of few clients, as from a generator, and one of each of many clients, as from users.
    private static readonly StunClients[] Crowds = [new(8, 64), new(512, 1)];

    public static Table Run(string? binary)
    {
        var table = new Table(
            $"STUN: Binding requests a second on one core (median of {Rounds} rounds, interleaved)",
            "server", "clients x requests on the way", "answers a second", "ratio to C", "ratio to coturn", "answers a processor second", "ratio to C", "ratio to coturn");
        string? c = Measure.Compile("stun-serve");
        string? load = Measure.Compile("stun-load");
        if (binary is null || c is null || load is null || !Measure.IsInstalled("taskset") || Environment.ProcessorCount < 2)
        {
            table.Note($"Not run: needs the published binary ({binary ?? "none"}), a C compiler ({c ?? "none"}), taskset and two cores.");
            return table;
        }

        OwnNetwork.Enter();
        var servers = new List<StunServerUnderTest>();
        try
        {
            StartAll(servers, binary, c);
            foreach (StunClients clients in Crowds) { AddRow(table, servers, clients, Compare(servers, load, clients)); }

            AddNotes(table, servers);
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

    /// <summary>The rates of each server, by round.</summary>
    private static List<StunRate>[] Compare(List<StunServerUnderTest> servers, string load, StunClients clients)
    {
        List<StunRate>[] rates = [.. servers.Select(_ => new List<StunRate>())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < servers.Count; i++)
            {
                int turn = (round + i) % servers.Count;
                rates[turn].Add(servers[turn].Load(load, SecondsEach, clients));
            }
        }

        return rates;
    }

    private static void AddRow(Table table, List<StunServerUnderTest> servers, StunClients clients, List<StunRate>[] rates)
    {
        int coturn = servers.FindIndex(IsCoturn);
        List<StunRate>? next = coturn < 0 ? null : rates[coturn];
        foreach ((StunServerUnderTest server, List<StunRate> own) in servers.Zip(rates))
        {
            table.Row(
                server.Name, $"{clients.Sockets} x {clients.Window}",
                Median(own, each => each.OfClock), Ratio(own, rates[0], each => each.OfClock), Ratio(own, next, each => each.OfClock),
                Median(own, each => each.OfProcessor), Ratio(own, rates[0], each => each.OfProcessor), Ratio(own, next, each => each.OfProcessor));
        }
    }

    private static void AddNotes(Table table, List<StunServerUnderTest> servers)
    {
        table.Note(
            "All but a few percent of a processor second is the kernel's. recvmmsg and sendmmsg save system calls; where answers in a row go to one client, " +
            "punch has the kernel make them of one message, which the C loop does not. One request of each client leaves nothing to merge.");
        table.Note("A processor second is one that the server itself ran: on a machine with other work those columns hold, and the others shrink.");
        table.Note(OwnNetwork.Note);
        if (!servers.Exists(IsCoturn)) { table.Note("coturn is not installed: its rows are missing."); }
    }

    private static bool IsCoturn(StunServerUnderTest server) => server.Name.StartsWith("coturn", StringComparison.Ordinal);

    private static string Median(List<StunRate> rates, Func<StunRate, double> of) => Measure.Thousands(Measure.Median(rates.Select(of)));

    private static string Ratio(List<StunRate> rates, List<StunRate>? to, Func<StunRate, double> of) =>
        to is null ? "-" : Measure.Ratio(Measure.Median(rates.Select(of).Zip(to.Select(of), (one, other) => one / other)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
