using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>A server and the first request to it.</summary>
internal sealed class ServerProbe(DiscoveryServer server, Probe probe)
{
    public DiscoveryServer Server { get; } = server;

    public Probe Probe { get; } = probe;

    /// <summary>Whether an event has reported its result.</summary>
    public bool IsReported { get; set; }

    public bool IsAnswered => Probe.IsAnswered;

    /// <summary>What came instead of a reply: an error, or else the first thing that came; null for nothing.</summary>
    public UnusableReply? Unusable { get; private set; }

    /// <summary>The result of the server.</summary>
    public ServerState State => Probe.State switch
    {
        ProbeState.Answered => ServerState.Answered,
        ProbeState.Refused => ServerState.Refused,
        _ => Unusable is null ? ServerState.Silent : ServerState.Unusable,
    };

    public TransportAddress Address => Server.Address;

    /// <summary>A2:P2 of RFC 5780 §3; null if the server has only one place.</summary>
    public TransportAddress? Other => Probe.Answer?.Other;

    public bool HasOtherHost => Other is { } other && other.Host != Address.Host;

    public bool HasOtherPort => Other is { } other && other.Port != Address.Port;

    /// <summary>How much it can answer: two addresses are worth more than two ports, and both more than one place.</summary>
    public int Worth => (HasOtherHost ? 2 : 0) + (HasOtherPort ? 1 : 0);

    /// <summary>Stores a datagram at the asking socket that is not the reply.</summary>
    public void Inspect(in Datagram datagram)
    {
        if (IsAnswered || datagram.To != Probe.Route.AnswerAt || Unusable is { Kind: UnusableKind.Error }) { return; }

        UnusableReply? reply = UnusableReply.Of(datagram, Address, Probe.Id, StunMethod.Binding, HasAddress(datagram));
        if (Unusable is null || reply is { Kind: UnusableKind.Error }) { Unusable = reply; }
    }

    private bool HasAddress(in Datagram datagram) =>
        StunMessage.Parse(datagram.Payload, out StunMessage message) == StunParseError.None
        && message.TryGetReflexiveAddress(out TransportAddress mapped)
        && ProbeSet.IsUsable(mapped, Address);

    public ServerReport Report(bool isLead, bool isLeftOut) => new(
        Address,
        State,
        Probe.Mapped,
        Probe.Answer?.Delay,
        Other,
        isLead)
    {
        IsLeftOut = isLeftOut,
        Unusable = IsAnswered ? null : Unusable,
    };
}
