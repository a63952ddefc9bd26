using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>Says what came of each way to a server that no server answered by.</summary>
internal static class WayReport
{
    // What a network that drops or a server that is down looks like: any other reason tells more.
    private static readonly string[] Vague = ["no reply", "no route", "connection refused", "the connection was closed"];

    private static readonly (string Sign, string Hint)[] Hints =
    [
        ("asks for a password", "set HTTPS_PROXY=http://<user>:<password>@<host>:<port> in the environment"),
        ("does not accept the password", "check the user and the password in HTTPS_PROXY"),
        ("captive portal", "open any page in a browser and log in to this network, then try again"),
        ("issuer is unknown", "use the pin that 'punch serve' prints (tls://<server>#sha256=...), or have the system trust the issuer"),
        ("another key than the pin", "the server got a new key, or somebody is in between: ask its owner for the pin that it prints now"),
        ("certificate expired", "the owner of the server has to renew it; a pin does not expire"),
        ("is the clock right", "set the clock of this machine"),
        ("not for", "name the server as its certificate does"),
    ];

    /// <summary>The reason that tells most; null where none tells more than that nothing came.</summary>
    public static string? Telling(SessionReport report) =>
        Failed(report).Select(way => way.Reason!).FirstOrDefault(reason => !IsVague(reason)) ?? OnlyReason(report);

    /// <summary>A line for each way, in the order of trying.</summary>
    public static IReadOnlyList<string> Lines(SessionReport report) =>
    [
        .. report.Start.Meeting!.FirstWays.Select(server => $"UDP to {server}: {Udp(report)}"),
        .. report.Outcome.Ways.Select(way => $"{report.Start.Meeting.Describe(way.Address)}: {Reason(way, report)}"),
    ];

    /// <summary>What to do about a reason; null where nothing special helps.</summary>
    public static string? HintFor(string reason) => Hints.FirstOrDefault(each => reason.Contains(each.Sign, StringComparison.Ordinal)).Hint;

    /// <summary>Why no answer came by a way.</summary>
    public static string Reason(WayOutcome way, SessionReport report) =>
        way.Reason ?? (way.Address.IsStream ? "connected, but no 'punch serve' answers" : Udp(report));

    // Of one way alone every reason tells.
    private static string? OnlyReason(SessionReport report) =>
        report.Start.Meeting!.FirstWays.Count == 0 && report.Outcome.Ways.Count == 1 ? Failed(report).FirstOrDefault().Reason : null;

    private static IEnumerable<WayOutcome> Failed(SessionReport report) => report.Outcome.Ways.Where(way => way.Reason is not null);

    private static bool IsVague(string reason) => Array.Exists(Vague, vague => reason.EndsWith(vague, StringComparison.Ordinal));

    private static string Udp(SessionReport report) =>
        report.Ledger.Refusal is { } refusal ? $"an ICMP refusal from {refusal.By?.ToString() ?? "the way"}" : "no reply";
}
