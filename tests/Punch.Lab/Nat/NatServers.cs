using Punch.Lab.Topology;
using Punch.Protocol;

namespace Punch.Lab.Nat;

/// <summary>How many places the servers answer from. This decides what they can find out.</summary>
internal enum Places
{
    /// <summary>Two addresses with two ports each: RFC 5780.</summary>
    TwoAddresses,

    /// <summary>Two ports of one address.</summary>
    TwoPorts,

    /// <summary>One address and port.</summary>
    One,

    /// <summary>Two independent servers.</summary>
    TwoServers,
}

/// <summary>The servers of one report.</summary>
/// <param name="Name">The name in a test's row.</param>
/// <param name="Places">The places that they answer from.</param>
/// <param name="Addresses">The values for <c>--server</c>.</param>
internal sealed record NatServers(string Name, Places Places, params IReadOnlyList<string> Addresses)
{
    private const string First = "192.0.2.1";
    private const string Second = "192.0.2.2";
    private const string Single = "198.51.100.1";
    private const string OtherSingle = "203.0.113.1";
    private const string TwoPorted = "203.0.113.129";

    public const int CoturnPort = 5478;

    public static readonly NatServers Punch = new("punch, two addresses", Places.TwoAddresses, First);
    public static readonly NatServers Coturn = new("coturn, two addresses", Places.TwoAddresses, $"{First}:{CoturnPort}");
    public static readonly NatServers PunchTwoPorts = new("punch, two ports", Places.TwoPorts, TwoPorted);
    public static readonly NatServers PunchOne = new("punch, one address", Places.One, Single);
    public static readonly NatServers PunchTwice = new("punch, two of one address", Places.TwoServers, Single, OtherSingle);

    public static IReadOnlyList<NatServers> All { get; } = [Punch, Coturn, PunchTwoPorts, PunchOne, PunchTwice];

    public bool NeedsCoturn => this == Coturn;

    /// <summary>The machines that servers run on.</summary>
    public static IReadOnlyList<HostAddress[]> Machines { get; } =
        [.. new string[][] { [First, Second], [Single], [OtherSingle], [TwoPorted] }.Select(texts => (HostAddress[])[.. texts.Select(HostAddress.Parse)])];

    /// <summary>The programs on them: the index of the machine, the command, and the served address.</summary>
    public static IEnumerable<(int Machine, LabCommand Command, TransportAddress Answers)> Processes(string folder)
    {
        yield return (0, Serve("--listen", First, "--alternate", Second), At(First));
        yield return (1, Serve("--listen", Single), At(Single));
        yield return (2, Serve("--listen", OtherSingle), At(OtherSingle));
        yield return (3, Serve("--listen", TwoPorted, "--alternate", "3479"), At(TwoPorted));
        if (Prerequisites.MissingForCoturn is null) { yield return (0, CoturnCommand(folder), At(First, CoturnPort)); }
    }

    private static LabCommand Serve(params string[] options) => new(Prerequisites.Binary, ["serve", .. options]);

    private static LabCommand CoturnCommand(string folder) => new(
        "turnserver",
        "--stun-only", "-n", "--no-tcp", "--no-tls", "--no-dtls", "--no-cli", "-L", First, "-L", Second,
        "-p", $"{CoturnPort}", "--alt-listening-port", $"{CoturnPort + 1}",
        "--log-file", "stdout", "--pidfile", Path.Combine(folder, "pid"), "--userdb", Path.Combine(folder, "db"));

    private static TransportAddress At(string host, ushort port = 3478) => new(HostAddress.Parse(host), port);
}
