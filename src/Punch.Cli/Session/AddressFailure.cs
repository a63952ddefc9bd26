using System.Globalization;
using Punch.Cli.Output;
using Punch.Protocol.Events;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>Explains a meeting without a server and without a two-way path.</summary>
internal static class AddressFailure
{
    /// <summary>Explains it; null where there is nothing to explain.</summary>
    /// <param name="target">Whom to meet.</param>
    /// <param name="deadline">When it had to end; null for never.</param>
    /// <param name="report">What it came to.</param>
    public static Failure? Explain(PeerTarget.At target, TimeSpan? deadline, SessionReport report) => report.Outcome.Result switch
    {
        SessionResult.NobodyCame => NobodyCame(target, deadline, report),
        SessionResult.PeerRejected => TurnedAway(report.Outcome.Rejection),
        SessionResult.NoPath => NoPath(deadline, report),
        SessionResult.Undecided or SessionResult.Proven => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Failure NobodyCame(PeerTarget.At target, TimeSpan? deadline, SessionReport report)
    {
        ushort local = report.Start.Locals[0].Port;
        string within = Durations.Text(deadline ?? report.Ledger.Elapsed);
        if (target.Remote is not { } remote)
        {
            return new Failure(ExitCode.NoPath, "nobody_came", $"nobody with this code came within {within}")
            {
                Hint = Invariant($"is UDP port {local} let in here? on the other side: punch meet <code> --at <this host>:{local}"),
            };
        }

        return new Failure(ExitCode.NoPath, "nobody_came", $"nobody with this code at {remote.Host} within {within}")
        {
            Details =
            [
                $"greeted {string.Join(", ", report.Start.Remotes.Select(AddressText.Plain))} and heard nothing from there",
                .. Refusal(report),
            ],
            Hint = Invariant($"on the other side run punch meet with the same code, on port {target.Port} (-p), and with --listen, ")
                + Invariant($"or with --at and this side's public address and port {local}"),
        };
    }

    private static Failure TurnedAway(HelloRejection rejection) => rejection == HelloRejection.OtherVersion
        ? new Failure(ExitCode.OtherVersion, "other_version", "the other side speaks another version of punch")
        {
            Hint = "run the same version on both sides",
        }
        : new Failure(ExitCode.OtherVersion, "not_authentic", "the other side is there, with another code")
        {
            Hint = "give both sides the same code",
        };

    private static Failure NoPath(TimeSpan? deadline, SessionReport report) => new(
        ExitCode.NoPath, "no_path", $"no two-way path to the other side within {Durations.Text(deadline ?? report.Ledger.Elapsed)}")
    {
        Details =
        [
            Invariant($"sent to {report.Outcome.Tried} addresses of the other side; it is heard, and does not hear this one"),
            .. Refusal(report),
        ],
        Hint = "let UDP out here and in there, or forward the port there; with --via, a server helps where both have a NAT",
    };

    private static string[] Refusal(SessionReport report) => report.Ledger.Refusal is { } refusal
        ? [$"heard an ICMP refusal from {refusal.By?.ToString() ?? "the way"}: nothing listens there, or a firewall says so"]
        : [];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
