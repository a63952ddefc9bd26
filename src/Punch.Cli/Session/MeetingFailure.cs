using System.Globalization;
using Punch.Cli.Output;
using Punch.Cli.Parsing;
using Punch.Net;
using Punch.Protocol.Events;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;
using Punch.Protocol.Stun;

namespace Punch.Cli.Session;

/// <summary>Explains a meeting without a two-way path.</summary>
internal static class MeetingFailure
{
    /// <summary>Explains it; null where there is nothing to explain, as when it was proven or interrupted in the middle.</summary>
    /// <param name="target">Whom to meet.</param>
    /// <param name="deadline">When it had to end; null for never.</param>
    /// <param name="report">What it came to.</param>
    public static Failure? Explain(PeerTarget.Meeting target, TimeSpan? deadline, SessionReport report) => report.Outcome.Result switch
    {
        SessionResult.NobodyCame => NobodyCame(target, deadline, report),
        SessionResult.ServerSilent => NoReply(target, report),
        SessionResult.ServerRefused => Refused(target, report, report.Outcome.Refusal ?? default),
        SessionResult.PeerRejected => TurnedAway(report.Outcome.Rejection),
        SessionResult.NoPath => NoPath(target, report),
        SessionResult.Undecided or SessionResult.Proven => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Why a server refused, to be printed after its name.</summary>
    public static string Refusal(StunErrorCode code) => code switch
    {
        StunErrorCode.Unauthenticated => "it is for those who know its password",
        StunErrorCode.Forbidden => "two others are meeting with this code already",
        StunErrorCode.InsufficientCapacity => "it has no room for another meeting",
        UpgradeRequired => "it serves a later version of punch",
        StunErrorCode.UnknownAttribute => "it does not know all that this version asks for (error 420)",
        _ => Invariant($"error {(int)code}{(code.Reason() is { Length: > 0 } reason ? $" ({reason})" : "")}"),
    };

    /// <summary>Why a party was turned away.</summary>
    public static string Rejection(HelloRejection rejection) =>
        rejection == HelloRejection.OtherVersion ? "it speaks another version of punch" : "it does not know the code";

    private static Failure NobodyCame(PeerTarget.Meeting target, TimeSpan? deadline, SessionReport report) =>
        new(ExitCode.NoPath, "nobody_came", $"nobody came within {Durations.Text(deadline ?? report.Ledger.Elapsed)}")
        {
            Details = report.Outcome.Mapped is { } mapped
                ? [$"the server answers and sees this side at {mapped}; the other side never asked it for this code"]
                : [],
            Hint = $"does punch meet of this version run on the other side, with the same code and --via {target.ServerWord}?",
        };

    private static Failure NoReply(PeerTarget.Meeting target, SessionReport report)
    {
        if (report.Outcome.Unusable is { } reply) { return NothingUsable(reply, report); }

        if (WayReport.Telling(report) is { } reason) { return Unreachable(reason, target, report); }

        IcmpReport? refusal = report.Ledger.Refusal;
        string message = $"no answer from {Servers(report)} after {Durations.Text(report.Ledger.Elapsed)}";
        return new Failure(ExitCode.Server, "no_answer", message)
        {
            Details =
            [
                .. refusal is { } heard
                    ? [$"heard an ICMP refusal from {heard.By?.ToString() ?? "the way"}: nothing listens there, or a firewall says so"]
                    : (string[])[],
                .. report.Outcome.Ways.Count > 0 ? WayReport.Lines(report) : [],
            ],
            Hint = refusal is not null
                ? "is 'punch serve' running there, and on this port?"
                : $"is UDP blocked here, or the server down? 'punch nat --server {target.PlainServer}' tells; "
                    + "a STUN server that is no 'punch serve' introduces nobody",
        };
    }

    private static Failure Unreachable(string reason, PeerTarget.Meeting target, SessionReport report)
    {
        IReadOnlyList<string> lines = WayReport.Lines(report);
        return new Failure(ExitCode.Server, "no_answer", $"no answer from {target.PlainServer}: {reason}")
        {
            Details = lines.Count > 1 ? lines : [],
            Hint = WayReport.HintFor(reason) ?? "is 'punch serve' running there, and on this port?",
        };
    }

    private static Failure NothingUsable(UnusableReply reply, SessionReport report) =>
        new(ExitCode.Server, "unusable_answer", $"nothing usable came from {Servers(report)}: {reply.Text()}")
        {
            Hint = reply.Kind switch
            {
                UnusableKind.Error => "it is no 'punch serve', which is what both sides need: name one with --via",
                UnusableKind.OtherSource => "the server, or a NAT in front of it, answers from another address than the one that was asked",
                UnusableKind.NotStun => "something else listens on that port: name another port or another --via",
                _ => "the server is no 'punch serve', or something on the way changes packets: name another --via",
            },
        };

    // What a server of this version tells clients of before, and one to come may tell this one.
    private const StunErrorCode UpgradeRequired = (StunErrorCode)426;

    private static Failure Refused(PeerTarget.Meeting target, SessionReport report, StunErrorCode code) => code == UpgradeRequired
        ? new(ExitCode.OtherVersion, "other_version", $"{Servers(report)} refuses: {Refusal(code)}")
        {
            Hint = "run the version of the server on both sides",
        }
        : new(ExitCode.Server, "server_refused", $"{Servers(report)} refuses: {Refusal(code)}")
        {
            Hint = code switch
            {
                StunErrorCode.Unauthenticated when !target.Password.IsNamed =>
                    "put its password into PUNCH_SERVER_PASSWORD, or into a file for --server-password-file",
                StunErrorCode.UnknownAttribute when target.Password.IsNamed =>
                    "a 'punch serve' of before knows no password: update it, or leave out --server-password-file and PUNCH_SERVER_PASSWORD",
                StunErrorCode.Unauthenticated => "the password of PUNCH_SERVER_PASSWORD or --server-password-file is another one",
                StunErrorCode.Forbidden =>
                    "a code is for two: 'punch meet' without one makes another; the place of a process that crashed is free within seconds",
                StunErrorCode.InsufficientCapacity => "try again in a minute, or via another server",
                _ => "is it a 'punch serve' of this version?",
            },
        };

    private static Failure TurnedAway(HelloRejection rejection) => rejection == HelloRejection.OtherVersion
        ? new Failure(ExitCode.OtherVersion, "other_version", "the other side speaks another version of punch")
        {
            Hint = "run the same version on both sides",
        }
        : new Failure(ExitCode.OtherVersion, "not_authentic", "somebody came who does not know the code, and nobody else")
        {
            Hint = "somebody meddles, on the server or on the way: make another code, and trust another server",
        };

    private static Failure NoPath(PeerTarget.Meeting target, SessionReport report)
    {
        bool needsTurn = target.Relay == RelayPermission.Only && !report.Outcome.HasRelay;
        if (needsTurn && target.Turn is { } turn && report.Outcome.TurnRefusal is { } code) { return NoTurn(turn, code); }

        (ExitCode exit, string kind) = report.Outcome.HasRelay ? (ExitCode.RelayedOnly, "relay_only") : (ExitCode.NoPath, "no_path");
        return new Failure(exit, kind, $"no direct path to the other side within {Durations.Text(report.Ledger.SinceFound)} of finding it")
        {
            Details = [TriedLine(report), NatLine(report.Outcome), .. TurnLines(target, report.Outcome)],
            Hint = MeetingAdvice.HintOf(MeetingAdvice.CauseOf(report), target, report),
        };
    }

    private static Failure NoTurn(TurnChoice turn, StunErrorCode code) =>
        new(ExitCode.Server, "turn_refused", $"the TURN server {turn} {TurnRefusals.Text(code)}")
        {
            Hint = code switch
            {
                default(StunErrorCode) => "is it up, and reached over UDP or TCP from here? ?transport=tcp or turns: may pass a firewall",
                StunErrorCode.Unauthenticated or StunErrorCode.WrongCredentials =>
                    "the password is that of PUNCH_TURN_PASSWORD or of --turn-password-file",
                _ => "name another one with --turn, or leave out --relay-only",
            },
        };

    private static IEnumerable<string> TurnLines(PeerTarget.Meeting target, SessionOutcome outcome) =>
        target.Turn is { } turn && outcome.TurnRefusal is { } code ? [$"the TURN server {turn} {TurnRefusals.Text(code)}"] : [];

    private static string TriedLine(SessionReport report)
    {
        SessionOutcome outcome = report.Outcome;
        string ports = outcome.Rounds > 0
            ? Invariant($", also from {outcome.Rounds} fresh {(outcome.Rounds == 1 ? "port" : "ports")}")
            : "";
        string heard = outcome.HasHeard ? "heard the other side, which does not hear this one" : "heard nothing from there";
        string gone = outcome.IsPeerGone ? ", and it is on the server no more" : "";
        string untried = MeetingAdvice.Untried(report) is { } known ? $"; {known}" : "";
        string addresses = outcome.Tried == 1 ? "address" : "addresses";
        return Invariant($"sent to {outcome.Tried} {addresses} of the other side{ports}; {heard}{gone}{untried}");
    }

    private static string NatLine(SessionOutcome outcome) =>
        $"this side: {Describe(outcome.Own)}; the other side: {Describe(outcome.Peer)}"
            + (outcome.LosesLarge ? "; datagrams of 1200 bytes are lost on the way to the server: is the MTU here right?" : "");

    private static string Describe(HelloTraits nat) => nat switch
    {
        { HasNoNat: true } => "a public address",
        { Mapping: Dependence.Dependent } => "a NAT with another port for each destination",
        { Mapping: Dependence.EndpointIndependent, Filtering: Dependence.Dependent } => "a NAT with one port for all, and a filter",
        { Mapping: Dependence.EndpointIndependent } => "a NAT with one port for all",
        _ => "a NAT of unknown kind",
    };

    private static string Servers(SessionReport report) => string.Join(", ", report.Start.Remotes);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
