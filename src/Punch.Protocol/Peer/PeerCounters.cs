namespace Punch.Protocol.Peer;

/// <summary>The running counts of a session.</summary>
internal sealed class PeerCounters
{
    private Loss _retiredOutbound;
    private Loss _retiredInbound;
    private Loss _retiredDataOutbound;
    private Loss _retiredDataInbound;

    public long Sent { get; set; }

    public long Primes { get; set; }

    public long Received { get; set; }

    public long Messages { get; set; }

    public long OtherVersions { get; set; }

    public long Plain { get; set; }

    public long Answered { get; set; }

    public long Strangers { get; set; }

    public long Refusals { get; set; }

    public long Duplicates { get; set; }

    public long Reordered { get; set; }

    public Volume DataSent { get; set; }

    public Volume DataReceived { get; set; }

    public int Opens { get; set; }

    public TimeSpan? TimeToOpen { get; set; }

    public TransportAddress? HeardFrom { get; set; }

    /// <summary>Keeps the losses of a peer that is about to be replaced by another.</summary>
    public void Retire(RemotePeer peer, DataFlow? data)
    {
        _retiredDataOutbound = Sum(_retiredDataOutbound, data?.Outbound ?? default);
        _retiredDataInbound = Sum(_retiredDataInbound, data?.Inbound ?? default);
        _retiredOutbound = Sum(_retiredOutbound, peer.Outbound);
        _retiredInbound = Sum(_retiredInbound, peer.Inbound);
    }

    public PeerStatistics Summary(RemotePeer? current, DataFlow? data, RoundTrips roundTrips) => new()
    {
        Sent = Sent,
        Primes = Primes,
        Received = Received,
        Messages = Messages,
        OtherVersions = OtherVersions,
        HeardFrom = HeardFrom,
        Answered = Answered,
        Strangers = Strangers,
        Refusals = Refusals,
        Duplicates = Duplicates,
        Reordered = Reordered,
        Outbound = Sum(_retiredOutbound, current?.Outbound ?? default),
        Inbound = Sum(_retiredInbound, current?.Inbound ?? default),
        DataSent = DataSent,
        DataReceived = DataReceived,
        DataOutbound = Sum(_retiredDataOutbound, data?.Outbound ?? default),
        DataInbound = Sum(_retiredDataInbound, data?.Inbound ?? default),
        RoundTrips = roundTrips,
        TimeToOpen = TimeToOpen,
        Opens = Opens,
    };

    private static Loss Sum(Loss a, Loss b) => new(a.Expected + b.Expected, a.Lost + b.Lost);
}
