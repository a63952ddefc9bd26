using System.Globalization;
using Punch.Cli.Output;
using Punch.Cli.Reach;
using Punch.Net;
using Punch.Protocol.Meeting;
using Punch.Protocol.Meeting.Agent;
using Punch.Protocol.Stun;

namespace Punch.Cli.Meet;

/// <summary>Explains a meeting without a two-way path: what was sent, what was heard, and the next thing to try.</summary>
internal static class MeetFailure
{
    /// <summary>Explains it; null where there is nothing to explain, as when it was proven or interrupted in the middle.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="servers">The addresses of the server.</param>
    /// <param name="ledger">What happened.</param>
    /// <param name="outcome">What became of it.</param>
    public static Failure? Explain(PeerOptions options, string servers, MeetLedger ledger, MeetOutcome outcome) => outcome.Result switch
    {
        MeetResult.NobodyCame => NobodyCame(options, ledger, outcome),
        MeetResult.ServerSilent => NoAnswer(options, servers, ledger),
        MeetResult.ServerRefused => Refused(servers, outcome.Refusal ?? default),
        MeetResult.PeerRejected => TurnedAway(outcome.Rejection),
        MeetResult.NoPath => NoPath(options, ledger, outcome),
        MeetResult.Undecided or MeetResult.Proven => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Why a server refused, to be said after its name.</summary>
    public static string Refusal(StunErrorCode code) => code switch
    {
        StunErrorCode.Forbidden => "two others are meeting with this code already",
        StunErrorCode.InsufficientCapacity => "it has no room for another meeting",
        _ => Invariant($"error {(int)code}"),
    };

    /// <summary>Why somebody was turned away.</summary>
    public static string Rejection(HelloRejection rejection) =>
        rejection == HelloRejection.OtherVersion ? "it speaks another version of punch" : "it does not know the code";

    private static Failure NobodyCame(PeerOptions options, MeetLedger ledger, MeetOutcome outcome) =>
        new(ExitCode.NoPath, "nobody_came", $"nobody came within {Durations.Text(options.Deadline ?? ledger.Elapsed)}")
        {
            Details = outcome.Mapped is { } mapped
                ? [$"the server answers and sees this side at {mapped}; the other side never asked it for this code"]
                : [],
            Hint = $"does punch meet run on the other side, with the same code and --via {Server(options)}?",
        };

    private static Failure NoAnswer(PeerOptions options, string servers, MeetLedger ledger)
    {
        IcmpReport? refusal = ledger.Refusal;
        return new Failure(ExitCode.Server, "no_answer", $"no answer from {servers} after {Durations.Text(ledger.Elapsed)}")
        {
            Details = refusal is { } heard
                ? [$"heard an ICMP refusal from {heard.By?.ToString() ?? "the way"}: nothing listens there, or a firewall says so"]
                : [],
            Hint = refusal is not null
                ? "is 'punch serve' running there, and on this port?"
                : $"is UDP blocked here, or the server down? 'punch nat --server {Server(options)}' tells; "
                    + "a STUN server that is no 'punch serve' introduces nobody",
        };
    }

    private static Failure Refused(string servers, StunErrorCode code) =>
        new(ExitCode.Server, "server_refused", $"{servers} refuses: {Refusal(code)}")
        {
            Hint = code switch
            {
                StunErrorCode.Forbidden => "a code is for two: 'punch meet' without one makes another; after a crash the old place is free within a minute",
                StunErrorCode.InsufficientCapacity => "try again in a minute, or via another server",
                _ => "is it a 'punch serve' of this version?",
            },
        };

    private static Failure TurnedAway(HelloRejection rejection) => rejection == HelloRejection.OtherVersion
        ? new Failure(ExitCode.OtherVersion, "other_version", "the other side speaks another version of punch") { Hint = "run the same version on both sides" }
        : new Failure(ExitCode.OtherVersion, "not_authentic", "somebody came who does not know the code, and nobody else")
        {
            Hint = "somebody meddles, on the server or on the way: make another code, and trust another server",
        };

    private static Failure NoPath(PeerOptions options, MeetLedger ledger, MeetOutcome outcome) =>
        new(ExitCode.NoPath, "no_path", $"no direct path to the other side within {Durations.Text(ledger.SinceFound)} of finding it")
        {
            Details = [TriedLine(outcome), NatLine(outcome)],
            Hint = NextThing(options, outcome),
        };

    private static string TriedLine(MeetOutcome outcome)
    {
        string ports = outcome.Rounds > 0 ? Invariant($", also from {outcome.Rounds} fresh {(outcome.Rounds == 1 ? "port" : "ports")}") : "";
        string heard = outcome.HasHeard ? "heard the other side, which does not hear this one" : "heard nothing from there";
        string addresses = outcome.Tried == 1 ? "address" : "addresses";
        return Invariant($"sent to {outcome.Tried} {addresses} of the other side{ports}; {heard}");
    }

    private static string NatLine(MeetOutcome outcome) => $"this side: {Describe(outcome.Own)}; the other side: {Describe(outcome.Peer)}";

    private static string Describe(HelloTraits nat) => nat switch
    {
        { HasNoNat: true } => "a public address",
        { Mapping: Dependence.Dependent } => "a NAT with another port for each destination",
        { Mapping: Dependence.EndpointIndependent, Filtering: Dependence.Dependent } => "a NAT with one port for all, and a filter",
        { Mapping: Dependence.EndpointIndependent } => "a NAT with one port for all",
        _ => "a NAT of unknown kind",
    };

    private static string NextThing(PeerOptions options, MeetOutcome outcome)
    {
        bool isHardHere = outcome.Own.Mapping == Dependence.Dependent;
        bool isHardThere = outcome.Peer.Mapping == Dependence.Dependent;
        return (isHardHere, isHardThere) switch
        {
            (true, true) => "two such NATs meet only where one of them forwards a UDP port (there: -p <port>), or over IPv6; there is no relay yet",
            (true, false) => "forward a UDP port on the other side's router (there: -p <port>), or use IPv6 on both; there is no relay yet",
            (false, true) => "forward a UDP port on this side's router (here: -p <port>), or use IPv6 on both; there is no relay yet",
            _ => $"'punch nat --server {Server(options)}' on both sides tells what stands in the way; "
                + "a forwarded UDP port (-p <port>) or IPv6 helps; there is no relay yet",
        };
    }

    private static string Server(PeerOptions options) => ((PeerTarget.Meeting)options.Target).ServerWord;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
