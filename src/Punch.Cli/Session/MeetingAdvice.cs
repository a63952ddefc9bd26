using System.Globalization;
using Punch.Net;
using Punch.Protocol;
using Punch.Protocol.Frames;
using Punch.Protocol.Session;
using Punch.Protocol.Stun;

namespace Punch.Cli.Session;

/// <summary>Why no path opened to a peer that was there.</summary>
internal enum MeetingCause
{
    /// <summary>Nothing that was seen tells.</summary>
    Unknown,

    /// <summary>The server sees one of the two at a private address: something in front of it rewrites sources.</summary>
    ServerBehindRewriter,

    /// <summary>The two sides have no address family in common.</summary>
    NoCommonFamily,

    /// <summary>No address of the peer is known.</summary>
    NoAddress,

    /// <summary>The peer's private addresses were not tried, and nothing else opened.</summary>
    NotTried,

    /// <summary>The peer is heard and does not hear this side.</summary>
    OneDirection,

    /// <summary>Both NATs give each destination another port.</summary>
    BothDependent,

    /// <summary>The NAT here gives each destination another port.</summary>
    OwnDependent,

    /// <summary>The peer's NAT gives each destination another port.</summary>
    PeerDependent,

    /// <summary>A firewall on the way says so.</summary>
    Prohibited,

    /// <summary>Both are behind the same public address.</summary>
    SameRouter,

    /// <summary>Neither has a NAT.</summary>
    Filtered,
}

/// <summary>What to do about a meeting without a path: it follows from what was known, tried and seen.</summary>
internal static class MeetingAdvice
{
    /// <summary>The first cause that holds, the surest first.</summary>
    public static MeetingCause CauseOf(SessionReport report)
    {
        SessionOutcome outcome = report.Outcome;
        bool isHere = outcome.Own.Mapping == Dependence.Dependent;
        bool isThere = outcome.Peer.Mapping == Dependence.Dependent;
        return outcome switch
        {
            _ when Rewritten(report) is not null => MeetingCause.ServerBehindRewriter,
            { Tried: 0, Untried.Count: > 0 } when !outcome.Untried.Any(address => IsUsable(report, address)) => MeetingCause.NoCommonFamily,
            { Tried: 0, Untried.Count: 0 } => MeetingCause.NoAddress,
            { HasHeard: true } when !isHere && !isThere => MeetingCause.OneDirection,
            _ when AreNeighbours(outcome) && Private(report).Any() => MeetingCause.NotTried,
            _ when isHere && isThere => MeetingCause.BothDependent,
            _ when isHere => MeetingCause.OwnDependent,
            _ when isThere => MeetingCause.PeerDependent,
            _ when report.Ledger.Refusal is { Kind: IcmpKind.Prohibited } => MeetingCause.Prohibited,
            _ when outcome is { Own.HasNoNat: true, Peer.HasNoNat: true } => MeetingCause.Filtered,
            _ when outcome.Mapped is not null && AreNeighbours(outcome) => MeetingCause.SameRouter,
            _ => MeetingCause.Unknown,
        };
    }

    /// <summary>The next thing to try; one line.</summary>
    public static string HintOf(MeetingCause cause, PeerTarget.Meeting target, SessionReport report) => cause switch
    {
        MeetingCause.ServerBehindRewriter => $"the server sees {Rewritten(report)}, a private address, so something in front of it "
            + "rewrites sources: run 'punch serve' with the host's network (docker: --network host), or use another server",
        MeetingCause.NoCommonFamily => $"the other side has only {Family(report.Outcome.Untried[0])} addresses, and this side "
            + "does not use it: leave out -4, -6 and --bind, or get it on both sides",
        MeetingCause.NoAddress => "no address of the other side is known that could be tried: "
            + $"what does 'punch nat --server {target.PlainServer}' tell there?",
        MeetingCause.NotTried => $"private addresses were not tried: {Names([.. Private(report)])}; where they can be reached from here, "
            + "--private tries them",
        MeetingCause.OneDirection => "what this side sends is dropped on the way: let UDP out here and in there, "
            + $"or forward a UDP port there (there: -p <port>); {Relay(target, report)}",
        MeetingCause.BothDependent =>
            $"two such NATs meet only where one of them forwards a UDP port (there: -p <port>), or over IPv6; {Relay(target, report)}",
        MeetingCause.OwnDependent =>
            $"forward a UDP port on the other side's router (there: -p <port>), or use IPv6 on both; {Relay(target, report)}",
        MeetingCause.PeerDependent =>
            $"forward a UDP port on this side's router (here: -p <port>), or use IPv6 on both; {Relay(target, report)}",
        MeetingCause.Prohibited => $"a firewall at {report.Ledger.Refusal!.Value.By?.ToString() ?? "an unknown place"} prohibits it: "
            + "let UDP through there",
        MeetingCause.SameRouter => $"both sides are at {report.Outcome.Mapped!.Value.Host}, whose router does not let them meet at that "
            + "address: does it keep devices apart (a guest network)? IPv6 or one network for both helps",
        MeetingCause.Filtered => $"neither side has a NAT, so a firewall drops UDP: let it in on one side, at a fixed port (-p <port>)",
        MeetingCause.Unknown => $"'punch nat --server {target.PlainServer}' on both sides tells what stands in the way; "
            + $"a forwarded UDP port (-p <port>) or IPv6 helps; {Relay(target, report)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Relay(PeerTarget.Meeting target, SessionReport report) => report.Outcome switch
    {
        { HasRelay: true } when target.Relay == RelayPermission.Never => "or leave out --direct: the server relays",
        { HasRelay: true } => "the server relays, but not for a command after '--', which gets the bare port",
        { PeerRelays: false } => "the other side's punch is too old to use a relay",
        { RelayRefusal: StunErrorCode.AllocationQuotaReached } => "the server relays no more for this network",
        { RelayRefusal: StunErrorCode.InsufficientCapacity } => "the server's relay is full",
        _ => "this server does not relay",
    };

    // A server on the Internet sees public addresses, unless something next to it puts its own in their place.
    private static TransportAddress? Rewritten(SessionReport report)
    {
        bool isPublic = report.Start.Remotes.Any(server => server.Host.IsPublic());
        TransportAddress?[] seen = [report.Outcome.Mapped, report.Outcome.PeerMapped];
        return isPublic ? Array.Find(seen, address => address?.Host.Scope() is AddressScope.Private or AddressScope.Loopback) : null;
    }

    // A private address far away is another machine's here, so it is worth a word only when both are near each other, or there is no other.
    private static bool AreNeighbours(SessionOutcome outcome) =>
        outcome.Tried == 0 || (outcome.Mapped is { } own && own.Host == outcome.PeerMapped?.Host);

    /// <summary>What was known of the peer and not tried, by reason; null for nothing.</summary>
    public static string? Untried(SessionReport report)
    {
        TransportAddress[] privates = [.. Private(report)];
        TransportAddress[] foreign = [.. report.Outcome.Untried.Where(address => !IsUsable(report, address))];
        TransportAddress[] useless = [.. report.Outcome.Untried.Except(privates).Except(foreign)];
        List<string> groups = [];
        if (privates.Length > 0) { groups.Add($"{Names(privates)} (private, of another network)"); }

        if (foreign.Length > 0) { groups.Add($"{Names(foreign)} ({Family(foreign[0])}, which this side does not use)"); }

        if (useless.Length > 0) { groups.Add($"{Names(useless)} (of no use from here)"); }

        string advice = privates.Length > 0 ? $"; --private tries {(privates.Length == 1 ? "it" : "them")}" : "";
        return groups.Count > 0 ? $"known, not tried: {string.Join(", ", groups)}{advice}" : null;
    }

    private static IEnumerable<TransportAddress> Private(SessionReport report) => report.Outcome.Untried.Where(
        address => address.Host.Scope() is AddressScope.Private or AddressScope.Shared && IsUsable(report, address));

    private static bool IsUsable(SessionReport report, TransportAddress address) =>
        report.Start.Locals.Any(local => local.Host.IsV6 == address.Host.IsV6);

    private static string Family(TransportAddress address) => address.Host.IsV6 ? "IPv6" : "IPv4";

    /// <summary>Addresses, the first few of them by name.</summary>
    public static string Names(IReadOnlyList<TransportAddress> addresses)
    {
        const int MaxNamed = 3;
        string names = string.Join(", ", addresses.Take(MaxNamed));
        return addresses.Count > MaxNamed
            ? string.Create(CultureInfo.InvariantCulture, $"{names} and {addresses.Count - MaxNamed} more")
            : names;
    }
}
