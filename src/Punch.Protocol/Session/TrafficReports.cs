using Punch.Protocol.Events;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session;

/// <summary>Counts the datagrams that come and go, and makes the events that report them.</summary>
internal sealed class TrafficReports(SessionCounters counters, EventQueue events)
{
    /// <summary>Counts and reports a received datagram.</summary>
    public void Report(in Route route, DatagramKind kind, int bytes, Instant now, uint? sequence = null, in Receipt receipt = default)
    {
        if (kind is DatagramKind.Message or DatagramKind.OtherVersion or DatagramKind.Punch or DatagramKind.Plain)
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

    /// <summary>Reports that the peer has sent all its data.</summary>
    public void ReportEnd(Route? path, Instant now) => events.Add(new SessionEvent
    {
        Kind = SessionEventKind.DataEnded,
        Local = path.GetValueOrDefault().Local,
        Remote = path.GetValueOrDefault().Remote,
        Elapsed = events.Elapsed(now),
    });

    /// <summary>Counts and reports a datagram that goes out.</summary>
    public void ReportSent(in Outgoing outgoing, in Route route, int bytes)
    {
        bool isMessage = outgoing.Kind == OutgoingKind.Message;
        counters.Sent++;
        if (outgoing.Order.Kind == ProbeOrderKind.Prime) { counters.Primes++; }

        events.Add(new SessionEvent
        {
            Kind = SessionEventKind.Sent,
            Local = route.Local,
            Remote = route.Remote,
            Elapsed = events.Elapsed(outgoing.At),
            Datagram = isMessage ? DatagramKind.Message : DatagramKind.Punch,
            Bytes = bytes,
            Sequence = isMessage ? outgoing.Sequence : null,
            HopLimit = outgoing.Order.HopLimit,
        });
    }
}
