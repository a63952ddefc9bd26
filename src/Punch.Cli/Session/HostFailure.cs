using System.Globalization;
using Punch.Cli.Output;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Candidates.Tcp;
using Punch.Protocol.Session;

namespace Punch.Cli.Session;

/// <summary>Explains a session without a two-way path to a peer whose address is known.</summary>
internal static class HostFailure
{
    private const int MaxRemotesNamed = 3;

    /// <summary>Explains it.</summary>
    /// <param name="target">Whom to reach.</param>
    /// <param name="deadline">When it had to end; null for never.</param>
    /// <param name="report">What it came to.</param>
    public static Failure Explain(PeerTarget.Host target, TimeSpan? deadline, SessionReport report)
    {
        SessionLedger ledger = report.Ledger;
        DialCounts? dials = report.Outcome.Dials;
        bool isOtherVersion = report.Exit == ExitCode.OtherVersion;
        string message = isOtherVersion
            ? $"the peer at {ledger.Messages} speaks another version of punch"
            : $"no two-way path to {target.Remote.Host} within {Durations.Text(deadline ?? ledger.Elapsed)}";
        return new Failure(report.Exit, isOtherVersion ? "other_version" : "no_path", message)
        {
            Details = [dials is { } counts ? DialLine(ledger, counts) : SentLine(ledger, report.Statistics), HeardLine(ledger)],
            Hint = isOtherVersion ? "run the same version on both sides" : NextThing(report.Start.Locals[0].Port, ledger, dials),
        };
    }

    private static string SentLine(SessionLedger ledger, SessionStatistics statistics)
    {
        string unsent = ledger.Unsent > 0 ? Invariant($", of which this machine refused {ledger.Unsent}") : "";
        string slots = statistics.Primes > 0 ? Invariant($", also in {statistics.Primes} slots of the clock on ports above it") : "";
        return Invariant($"sent {Datagrams(statistics.Sent)} to {Remotes(ledger)}{slots}{unsent}");
    }

    private static string DialLine(SessionLedger ledger, in DialCounts dials)
    {
        var came = new List<string>();
        if (dials.Refused > 0) { came.Add(Invariant($"{dials.Refused} refused")); }

        if (dials.Unanswered > 0) { came.Add(Invariant($"{dials.Unanswered} without a reply")); }

        if (dials.Failed > 0) { came.Add(Invariant($"{dials.Failed} failed: {dials.Reason}")); }

        string results = came.Count > 0 ? $": {string.Join(", ", came)}" : "";
        return Invariant($"dialed {Remotes(ledger)} over TCP {(dials.Dialed == 1 ? "once" : Invariant($"{dials.Dialed} times"))}{results}");
    }

    private static string Remotes(SessionLedger ledger)
    {
        int more = ledger.Remotes.Count - MaxRemotesNamed;
        string remotes = string.Join(", ", ledger.Remotes.Take(MaxRemotesNamed).Select(AddressText.Plain));
        return more > 0 ? remotes + Invariant($" and {more} more") : remotes;
    }

    private static string HeardLine(SessionLedger ledger)
    {
        var heard = new List<string>();
        if (ledger.Messages.Count > 0)
        {
            heard.Add(Invariant($"{ledger.Messages.Count} messages from {ledger.Messages}, none with proof that ours arrive there"));
        }

        if (ledger.Plain.Count > 0)
        {
            heard.Add(Invariant($"{Plain(ledger.Plain.Count)} from {ledger.Plain}, which proves the way in alone"));
        }

        if (heard.Count == 0) { heard.Add("nothing from there"); }

        if (ledger.Strangers.Count > 0) { heard.Add(Invariant($"{Datagrams(ledger.Strangers.Count)} from {ledger.Strangers} instead")); }

        if (ledger.Refusal is { } refusal) { heard.Add(Describe(refusal)); }

        return "heard " + string.Join("; ", heard);
    }

    private static string NextThing(ushort localPort, SessionLedger ledger, DialCounts? dials)
    {
        if (ledger.Messages.Count > 0)
        {
            return Invariant($"the other side must name this side's public address and port {localPort}: is that what it was given?");
        }

        if (ledger.Plain.Count > 0) { return "if the other side runs another program, --one-way-ok takes this for success"; }

        if (ledger.Strangers.Count > 0)
        {
            TransportAddress stranger = ledger.Strangers.First;
            return Invariant($"if {AddressText.Plain(stranger)} is the peer, name it: punch {stranger.Host} {stranger.Port}");
        }

        if (dials is { } counts && counts.Refused > counts.Unanswered)
        {
            return "the host or a router before it refuses TCP connections: start both sides together with --tcp, or leave out --tcp";
        }

        string tcp = dials is null ? "" : " --tcp";
        bool isByPeer = ledger.Refusal is { Kind: IcmpKind.PortUnreachable or IcmpKind.Unknown } refusal
            && (refusal.By is not { } by || ledger.Remotes.Any(remote => remote.Host == by));
        return isByPeer
            ? "the host is there, but nothing listens on that port: start punch on it too, or name the port it uses"
            : Invariant($"run punch{tcp} on the other side at the same time, naming this side's public address and port {localPort}");
    }

    private static string Describe(in IcmpReport refusal)
    {
        string kind = refusal.Kind switch
        {
            IcmpKind.PortUnreachable => "'port unreachable'",
            IcmpKind.Prohibited => "'prohibited by a firewall'",
            _ => "an ICMP refusal",
        };
        return refusal.By is { } by ? $"{kind} from {by}" : kind;
    }

    private static string Datagrams(long count) => count == 1 ? "1 datagram" : Invariant($"{count} datagrams");

    private static string Plain(long count) => count == 1 ? "1 plain datagram" : Invariant($"{count} plain datagrams");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
