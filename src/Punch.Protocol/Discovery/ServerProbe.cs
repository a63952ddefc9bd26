namespace Punch.Protocol.Discovery;

/// <summary>A server and the first request to it.</summary>
internal sealed class ServerProbe(DiscoveryServer server, Probe probe)
{
    public DiscoveryServer Server { get; } = server;

    public Probe Probe { get; } = probe;

    /// <summary>Whether its fate was told.</summary>
    public bool IsReported { get; set; }

    public bool IsAnswered => Probe.IsAnswered;

    public TransportAddress Address => Server.Address;

    /// <summary>A2:P2 of RFC 5780 §3; null when the server has but one place.</summary>
    public TransportAddress? Other => Probe.Answer?.Other;

    public bool HasOtherHost => Other is { } other && other.Host != Address.Host;

    public bool HasOtherPort => Other is { } other && other.Port != Address.Port;

    /// <summary>How much it can tell: two addresses are worth more than two ports, both more than one place.</summary>
    public int Worth => (HasOtherHost ? 2 : 0) + (HasOtherPort ? 1 : 0);

    public ServerReport Report(bool isLead) => new(
        Address,
        Probe.State switch
        {
            ProbeState.Answered => ServerState.Answered,
            ProbeState.Refused => ServerState.Refused,
            _ => ServerState.Silent,
        },
        Probe.Mapped,
        Probe.Answer?.Delay,
        Other,
        isLead);
}
