using Punch.Protocol.Events;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session;

/// <summary>Counts received datagrams and tells of them.</summary>
internal sealed class ArrivalLog(SessionCounters counters, EventQueue events)
{
    /// <summary>Counts and reports a received datagram.</summary>
    public void Report(in Route route, DatagramKind kind, int bytes, Instant now, uint? sequence = null, in Receipt receipt = default)
    {
        if (kind is DatagramKind.Message or DatagramKind.OtherVersion)
        {
            counters.Received++;
            counters.HeardFrom = route.Remote;
        }

        events.Add(new SessionEvent
        {
            Kind = SessionEventKind.Received,
            Local = route.Local,
            Remote = route.Remote,
            Elapsed = events.Elapsed(now),
            Datagram = kind,
            Bytes = bytes,
            Sequence = sequence,
            RoundTrip = receipt.RoundTrip,
            IsProof = receipt.IsProof,
        });
    }
}
