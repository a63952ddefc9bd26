using Punch.Protocol.Nat;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>The result of one server.</summary>
public enum ServerState
{
    /// <summary>It answered.</summary>
    Answered,

    /// <summary>It refused a plain request.</summary>
    Refused,

    /// <summary>Something came, but no usable reply.</summary>
    Unusable,

    /// <summary>Nothing came.</summary>
    Silent,
}

/// <summary>One server that was asked.</summary>
/// <param name="Address">Its address.</param>
/// <param name="State">The result.</param>
/// <param name="Mapped">The address of the main socket that it sees; null unless it answered.</param>
/// <param name="RoundTrip">An upper bound of the round trip; null unless it answered.</param>
/// <param name="Other">The other place that it can reply from, if it has one and that is usable.</param>
/// <param name="IsLead">Whether the tests used this server.</param>
public sealed record ServerReport(
    TransportAddress Address, ServerState State, TransportAddress? Mapped, TimeSpan? RoundTrip, TransportAddress? Other, bool IsLead)
{
    /// <summary>Whether its reply contradicts all other servers, so that it does not count.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>What came instead of a reply; null if it answered, or nothing came.</summary>
    public UnusableReply? Unusable { get; init; }
}

/// <summary>The one advice that would help most.</summary>
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

    /// <summary>Ask the provider for a public address. The user cannot change the provider's NAT.</summary>
    AskProvider,

    /// <summary>Start both sides together, or this one first: a packet that comes too early blocks the path.</summary>
    StartTogether,

    /// <summary>Ask a server with two addresses: the result depends on what this one could not show.</summary>
    AskBetterServer,
}

/// <summary>The behaviour of this network's NAT, and the peers that it can reach.</summary>
public sealed record NatReport
{
    /// <summary>The IPv4 findings; null if it was not tested.</summary>
    public FamilyReport? V4 { get; init; }

    /// <summary>The IPv6 findings; null if it was not tested.</summary>
    public FamilyReport? V6 { get; init; }

    /// <summary>The servers, in the order they were named.</summary>
    public required IReadOnlyList<ServerReport> Servers { get; init; }

    /// <summary>How long the discovery took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The family of the verdict: IPv4 if a server answered over it, because IPv4 has the NATs.</summary>
    public FamilyReport Primary => (V4, V6) switch
    {
        ({ IsReached: true } v4, _) => v4,
        (_, { IsReached: true } v6) => v6,
        _ => V4 ?? V6 ?? throw new InvalidOperationException("a report has a family"),
    };

    /// <summary>Whether UDP works over either family.</summary>
    public UdpState Udp => new[] { V4, V6 }.OfType<FamilyReport>().Min(family => family.Udp);

    /// <summary>The addresses that servers see, IPv4 first.</summary>
    public IEnumerable<TransportAddress> PublicAddresses => (V4?.PublicAddresses ?? []).Concat(V6?.PublicAddresses ?? []);

    /// <summary>Whether a direct path will open, for each kind of peer.</summary>
    public IReadOnlyList<PeerVerdict> Verdicts =>
        Udp == UdpState.Blocked ? PeerVerdict.Blocked : PeerVerdict.ForAll(Primary.Mapping, Primary.Filtering, Primary.Allocation);

    /// <summary>The one advice that would help most.</summary>
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
