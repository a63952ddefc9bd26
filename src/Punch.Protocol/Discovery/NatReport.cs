using Punch.Protocol.Nat;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>What became of one server.</summary>
public enum ServerState
{
    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It refused a plain request.</summary>
    Refused,

    /// <summary>Something came, but no usable answer.</summary>
    Unusable,

    /// <summary>Nothing came.</summary>
    Silent,
}

/// <summary>One server that was asked.</summary>
/// <param name="Address">Where.</param>
/// <param name="State">What became of it.</param>
/// <param name="Mapped">What it sees of the main socket; null unless it answered.</param>
/// <param name="RoundTrip">The round trip, at most; null unless it answered.</param>
/// <param name="Other">The other place it can answer from, if it has one and that is usable.</param>
/// <param name="IsLead">Whether the tests were made with it.</param>
public sealed record ServerReport(
    TransportAddress Address, ServerState State, TransportAddress? Mapped, TimeSpan? RoundTrip, TransportAddress? Other, bool IsLead)
{
    /// <summary>Whether what it sees contradicts all other servers, so that it counts for nothing.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>What came instead of an answer; null when it answered, or nothing came.</summary>
    public UnusableReply? Unusable { get; init; }
}

/// <summary>The one thing that would help most.</summary>
public enum NatAdvice
{
    /// <summary>Nothing: paths open by themselves.</summary>
    Nothing,

    /// <summary>Let UDP out, or use a relay.</summary>
    AllowUdp,

    /// <summary>Use IPv6: it works here without translation.</summary>
    UseIPv6,

    /// <summary>Forward a port on the router.</summary>
    ForwardPort,

    /// <summary>Open a port in the firewall.</summary>
    OpenFirewall,

    /// <summary>Ask the provider for a public address: its NAT is out of the user's hands.</summary>
    AskProvider,

    /// <summary>Start both sides together, or this one first: a packet that comes too early closes the way.</summary>
    StartTogether,

    /// <summary>Ask a server with two addresses: the answer rests on what this one could not tell.</summary>
    AskBetterServer,
}

/// <summary>What this network's NAT does, and which peers it can reach.</summary>
public sealed record NatReport
{
    /// <summary>IPv4; null when it was not tested.</summary>
    public FamilyReport? V4 { get; init; }

    /// <summary>IPv6; null when it was not tested.</summary>
    public FamilyReport? V6 { get; init; }

    /// <summary>The servers, in the order they were named.</summary>
    public required IReadOnlyList<ServerReport> Servers { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The family that the verdict is about: IPv4 where a server answered over it, for it is the one with NATs.</summary>
    public FamilyReport Primary => (V4, V6) switch
    {
        ({ IsReached: true } v4, _) => v4,
        (_, { IsReached: true } v6) => v6,
        _ => V4 ?? V6 ?? throw new InvalidOperationException("a report has a family"),
    };

    /// <summary>Whether UDP comes through, over whichever family.</summary>
    public UdpState Udp => new[] { V4, V6 }.OfType<FamilyReport>().Min(family => family.Udp);

    /// <summary>The addresses that servers see, IPv4 first.</summary>
    public IEnumerable<TransportAddress> PublicAddresses => (V4?.PublicAddresses ?? []).Concat(V6?.PublicAddresses ?? []);

    /// <summary>Whether a direct path will open, for each kind of peer.</summary>
    public IReadOnlyList<PeerVerdict> Verdicts =>
        Udp == UdpState.Blocked ? PeerVerdict.Blocked : PeerVerdict.ForAll(Primary.Mapping, Primary.Filtering, Primary.Allocation);

    /// <summary>The one thing that would help most.</summary>
    public NatAdvice Advice
    {
        get
        {
            if (Udp == UdpState.Blocked) { return NatAdvice.AllowUdp; }

            IReadOnlyList<PeerVerdict> verdicts = Verdicts;
            if (verdicts.Any(verdict => verdict.Direct == DirectPath.Unknown)) { return NatAdvice.AskBetterServer; }

            if (Primary.EarlyPackets.Value == EarlyPacket.Held) { return NatAdvice.StartTogether; }

            if (verdicts.All(verdict => verdict.Direct == DirectPath.Yes)) { return NatAdvice.Nothing; }

            if (!Primary.IsV6 && V6 is { IsReached: true } v6 && v6.Mapping.Value == Mapping.None) { return NatAdvice.UseIPv6; }

            if (Primary.IsFirewalled) { return NatAdvice.OpenFirewall; }

            return Primary.CarrierHints != CarrierHints.None ? NatAdvice.AskProvider : NatAdvice.ForwardPort;
        }
    }
}
