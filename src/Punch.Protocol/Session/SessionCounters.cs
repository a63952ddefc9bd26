using Punch.Protocol.Channels;

namespace Punch.Protocol.Session;

/// <summary>The running counts of a session.</summary>
internal sealed class SessionCounters
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

    public TransportAddress? HeardFrom { get; set; }

    /// <summary>Keeps the losses of a peer that is about to be replaced by another.</summary>
    public void Retire(RemotePeer peer, DatagramChannel? channel)
    {
        _retiredDataOutbound += channel?.Outbound ?? default;
        _retiredDataInbound += channel?.Inbound ?? default;
        _retiredOutbound += peer.Outbound;
        _retiredInbound += peer.Inbound;
    }

    public SessionStatistics Summary(RemotePeer? current, DatagramChannel? channel, RoundTrips roundTrips) => new()
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
        Outbound = _retiredOutbound + (current?.Outbound ?? default),
        Inbound = _retiredInbound + (current?.Inbound ?? default),
        DataSent = channel?.VolumeSent ?? default,
        DataReceived = channel?.VolumeReceived ?? default,
        DataUnconfirmed = channel?.Unconfirmed ?? default,
        PeerCountsData = channel?.IsPeerCounting ?? false,
        DataDuplicates = channel?.Duplicates ?? 0,
        DataReordered = channel?.Arrivals.Reordered ?? 0,
        DataLate = channel?.Arrivals.Late ?? 0,
        DataJitter = channel?.Arrivals.Jitter,
        IsDataExact = channel?.IsExact ?? true,
        DataOutbound = _retiredDataOutbound + (channel?.Outbound ?? default),
        DataInbound = _retiredDataInbound + (channel?.Inbound ?? default),
        RoundTrips = roundTrips,
    };
}
