using System.Globalization;
using Punch.Cli.Output;
using Punch.Net;
using Punch.Protocol;
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
        bool isOtherVersion = report.Exit == ExitCode.OtherVersion;
        string message = isOtherVersion
            ? $"the peer at {ledger.Messages} speaks another version of punch"
            : $"no two-way path to {target.Remote.Host} within {Durations.Text(deadline ?? ledger.Elapsed)}";
        return new Failure(report.Exit, isOtherVersion ? "other_version" : "no_path", message)
        {
            Details = [SentLine(ledger, report.Statistics), HeardLine(ledger)],
            Hint = isOtherVersion ? "run the same version on both sides" : NextThing(report.Start.Locals[0].Port, ledger),
        };
    }

    private static string SentLine(SessionLedger ledger, SessionStatistics statistics)
    {
        string remotes = string.Join(", ", ledger.Remotes.Take(MaxRemotesNamed));
        if (ledger.Remotes.Count > MaxRemotesNamed) { remotes += Invariant($" and {ledger.Remotes.Count - MaxRemotesNamed} more"); }

        string unsent = ledger.Unsent > 0 ? Invariant($", of which this machine refused {ledger.Unsent}") : "";
        string slots = statistics.Primes > 0 ? Invariant($", also in {statistics.Primes} slots of the clock on ports above it") : "";
        return Invariant($"sent {Datagrams(statistics.Sent)} to {remotes}{slots}{unsent}");
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

    private static string NextThing(ushort localPort, SessionLedger ledger)
    {
        if (ledger.Messages.Count > 0)
        {
            return Invariant($"the other side must name this side's public address and port {localPort}: is that what it was given?");
        }

        if (ledger.Plain.Count > 0) { return "if the other side runs another program, --one-way-ok takes this for success"; }

        if (ledger.Strangers.Count > 0)
        {
            TransportAddress stranger = ledger.Strangers.First;
            return Invariant($"if {stranger} is the peer, name it: punch {stranger.Host} {stranger.Port}");
        }

        bool isByPeer = ledger.Refusal is { Kind: IcmpKind.PortUnreachable or IcmpKind.Unknown } refusal
            && (refusal.By is not { } by || ledger.Remotes.Any(remote => remote.Host == by));
        return isByPeer
            ? "the host is there, but nothing listens on that port: start punch on it too, or name the port it uses"
            : Invariant($"run punch on the other side at the same time, naming this side's public address and port {localPort}");
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
