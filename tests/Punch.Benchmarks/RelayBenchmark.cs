using System.Globalization;

namespace Punch.Benchmarks;

/// <summary>
/// Datagrams a second that a relay forwards on one core, beside plain C on the same system calls and beside coturn. All run at once and are
/// loaded in turns, short ones, so that whatever else the machine does hits them alike; ratios are taken within a round.
/// </summary>
internal static class RelayBenchmark
{
    private const int Rounds = 9;
    private const double SecondsEach = 0.5;

    // A few fast pairs, and many slow ones.
    private static readonly StunClients[] Crowds = [new(8, 64), new(100, 4)];

    public static Table Run(string? binary)
    {
        var table = new Table(
            $"Relay: datagrams of 1200 bytes forwarded a second on one core (median of {Rounds} rounds, interleaved)",
            "server", "pairs x datagrams on the way", "a second", "ratio to C", "ratio to coturn", "a processor second", "ratio to C", "ratio to coturn");
        string? c = Measure.Compile("relay-serve");
        string? load = Measure.Compile("relay-load");
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
            foreach (StunClients clients in Crowds)
            {
                List<StunRate>[] rates = Compare(servers, load, clients);
                AddRows(table, servers, clients, rates);
                double slower = Math.Min(Measure.Median(rates[0].Select(each => each.OfClock)), Measure.Median(rates[1].Select(each => each.OfClock)));
                table.Note(DelayAt(slower / 2, servers, load, clients));
            }
        }
        finally
        {
            foreach (StunServerUnderTest server in servers) { server.Dispose(); }
        }

        table.Note("Datagrams in a row to one peer leave punch as one message, which the kernel cuts; the C loop and coturn send each alone.");
        table.Note("A processor second is one that the server itself ran: on a machine with other work those columns hold, and the others shrink.");
        table.Note(OwnNetwork.Note);
        return table;
    }

    private static void StartAll(List<StunServerUnderTest> servers, string binary, string c)
    {
        int port = Measure.FreePort();
        servers.Add(StunServerUnderTest.Start("C, recvmmsg and sendmmsg (relay-serve.c)", port, c, Text(port)));
        port = Measure.FreePort();
        servers.Add(StunServerUnderTest.Start(
            "punch serve", port, binary, "serve", "--listen", $"127.0.0.1:{port}", "--rate-limit", "off", "--relay-rate", "off", "--relay-volume", "off",
            "--relay-total", "off"));
        if (!Measure.IsInstalled("turnserver")) { return; }

        port = Measure.FreePort();
        string pidFile = Path.Combine(AppContext.BaseDirectory, $"turnserver-{port}.pid");
        servers.Add(StunServerUnderTest.Start(
            "coturn, one thread, without credentials", port, "turnserver", "-n", "-L", "127.0.0.1", "-E", "127.0.0.1", "-p", Text(port), "-m", "1", "--no-cli",
            "--no-auth", "--allow-loopback-peers", "--no-tcp", "--no-tls", "--no-dtls", "--log-file=/dev/null", $"--pidfile={pidFile}"));
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

    /// <summary>What the relays add to the way of a datagram, below the load that makes it wait for others.</summary>
    private static string DelayAt(double rate, List<StunServerUnderTest> servers, string load, StunClients clients)
    {
        List<(double Half, double Most)>[] delays = [[], []];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < delays.Length; i++)
            {
                int turn = (round + i) % delays.Length;
                delays[turn].Add(servers[turn].Delay(load, SecondsEach, clients, rate));
            }
        }

        return $"Delay at {Measure.Thousands(rate)} a second, half of what the slower of C and punch forwards, {clients.Sockets} pairs, bursts of 16: half of the datagrams took at "
            + $"most {Microseconds(delays[0], each => each.Half)} through C and {Microseconds(delays[1], each => each.Half)} through punch, 99 of 100 at most "
            + $"{Microseconds(delays[0], each => each.Most)} and {Microseconds(delays[1], each => each.Most)} (median of {Rounds} rounds, interleaved).";
    }

    private static string Microseconds(List<(double Half, double Most)> delays, Func<(double Half, double Most), double> of) =>
        Measure.Thousands(Measure.Median(delays.Select(of))) + " us";

    private static void AddRows(Table table, List<StunServerUnderTest> servers, StunClients clients, List<StunRate>[] rates)
    {
        List<StunRate>? coturn = servers.Count > 2 ? rates[2] : null;
        foreach ((StunServerUnderTest server, List<StunRate> own) in servers.Zip(rates))
        {
            table.Row(
                server.Name, $"{clients.Sockets} x {clients.Window}",
                Median(own, each => each.OfClock), Ratio(own, rates[0], each => each.OfClock), Ratio(own, coturn, each => each.OfClock),
                Median(own, each => each.OfProcessor), Ratio(own, rates[0], each => each.OfProcessor), Ratio(own, coturn, each => each.OfProcessor));
        }
    }

    private static string Median(List<StunRate> rates, Func<StunRate, double> of) => Measure.Thousands(Measure.Median(rates.Select(of)));

    private static string Ratio(List<StunRate> rates, List<StunRate>? to, Func<StunRate, double> of) =>
        to is null ? "-" : Measure.Ratio(Measure.Median(rates.Select(of).Zip(to.Select(of), (one, other) => one / other)));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
