using Punch.Protocol.Stun;

namespace Punch.Protocol.Discovery;

/// <summary>
/// The requests of one address family. It sends them, repeats them, and matches replies. A reply counts if its transaction id, its source
/// and its local socket are right. Everything else changes a counter.
/// </summary>
internal sealed class ProbeSet(TransactionIdSource ids, OutgoingGate gate)
{
    // A reply with all attributes of RFC 5780 has header(20) + four addresses(12 each over IPv4, 24 over IPv6). A request of that length
    // gets it even from a server whose replies are never longer than the request.
    private const int FullAnswerLengthV4 = 68;
    private const int FullAnswerLengthV6 = 116;

    private readonly List<Probe> _probes = [];
    private readonly Queue<Probe> _outgoing = [];

    /// <summary>When a request must be repeated or given up next; null if none waits.</summary>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = null;
            foreach (Probe probe in _probes) { next = Instant.Earlier(next, probe.NextTimeout); }

            return next;
        }
    }

    /// <summary>Decides which addresses from a server may be sent to.</summary>
    public DestinationPolicy Policy => gate.Policy;

    /// <summary>Whether a request waits for its reply.</summary>
    public bool HasPending => _probes.Exists(probe => probe.State == ProbeState.Pending);

    /// <summary>Whether a request waits that is not the first one to a server.</summary>
    public bool HasPendingBut(List<ServerProbe> servers) =>
        _probes.Exists(probe => probe.State == ProbeState.Pending && !servers.Exists(server => server.Probe == probe));

    /// <summary>Sends a request.</summary>
    public Probe Begin(ProbeRoute route, ProbePacing pacing, Instant now)
    {
        gate.Name(route.To, now);
        var probe = new Probe(route, ids.Next(), pacing, now);
        _probes.Add(probe);
        _outgoing.Enqueue(probe);
        return probe;
    }

    /// <summary>Drops all waiting requests.</summary>
    public void Stop()
    {
        _outgoing.Clear();
        foreach (Probe probe in _probes) { probe.TryFail(ProbeState.Abandoned); }
    }

    /// <summary>Repeats or gives up the requests that are due.</summary>
    public void Timeout(Instant now)
    {
        foreach (Probe probe in _probes)
        {
            if (probe.TryRepeat(now)) { _outgoing.Enqueue(probe); }
        }
    }

    /// <summary>Takes in a message; false if it changes nothing.</summary>
    public bool TryReceive(in Datagram datagram, in StunMessage message, Instant now)
    {
        TransactionId id = message.TransactionId;
        Probe? probe = _probes.Find(candidate => candidate.Id == id);
        if (probe is null || datagram.To != probe.Route.AnswerAt) { return false; }

        if (probe.Route.IsHairpin)
        {
            return message.Class == StunClass.Request && probe.TrySucceed(new ProbeAnswer(datagram.From, null, now - probe.Began, false));
        }

        return message.Class switch
        {
            StunClass.Success => TrySucceed(probe, datagram.From, message, now),
            StunClass.Error => IsFromServer(probe, datagram.From) && probe.TryFail(ProbeState.Refused),
            _ => false,
        };
    }

    /// <summary>Writes the next request to send.</summary>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (_outgoing.TryDequeue(out Probe? probe))
        {
            // the reply came while the request waited for its retransmission
            if (probe.State != ProbeState.Pending) { continue; }

            transmit = new Transmit(probe.Route.From, probe.Route.To, Write(probe, buffer));
            return true;
        }

        transmit = default;
        return false;
    }

    /// <summary>Whether a server can see a client at this address.</summary>
    internal static bool IsUsable(TransportAddress address, TransportAddress server) =>
        address.Port != 0 && address.Host.IsV6 == server.Host.IsV6 && address.Host.IsUnicast();

    private static bool IsFromServer(Probe probe, TransportAddress from) => from == probe.Route.To || from == probe.Route.AnswerFrom;

    private bool TrySucceed(Probe probe, TransportAddress from, in StunMessage message, Instant now)
    {
        if (from != probe.Route.AnswerFrom) { return from == probe.Route.To && probe.TryFail(ProbeState.Disobeyed); }

        bool hasPlain = message.TryGetMappedAddress(out TransportAddress plain);
        if (!message.TryGetXorMappedAddress(out TransportAddress mapped)) { mapped = plain; }

        if (!IsUsable(mapped, from)) { return false; }

        gate.Prove(probe.Route.To, now);
        TransportAddress? other = TryFindOther(message, probe.Route.To, out TransportAddress found) ? found : null;
        return probe.TrySucceed(new ProbeAnswer(mapped, other, now - probe.Began, hasPlain && plain != mapped));
    }

    private bool TryFindOther(in StunMessage message, TransportAddress server, out TransportAddress other)
    {
        if (message.TryGetOtherAddress(out other))
        {
            bool isAlike = IsUsable(other, server) && other.Host.Scope() == server.Host.Scope();
            return other != server && isAlike && Policy.AllowsSeen(other, server);
        }

        bool hasPort = message.TryGetOtherPort(out ushort port);
        other = server with { Port = port };
        return hasPort && port != 0 && other != server;
    }

    private static int Write(Probe probe, Span<byte> buffer)
    {
        ProbeRoute route = probe.Route;
        bool isWritten = StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Request, probe.Id, out StunWriter writer)
            && (route.Change == StunChange.None || writer.TryWriteChangeRequest(route.Change))
            && (route.ResponsePort == 0 || writer.TryWriteResponsePort(route.ResponsePort));
        int full = route.To.Host.IsV6 ? FullAnswerLengthV6 : FullAnswerLengthV4;
        if (!isWritten || !writer.TryWriteFillerUpTo(full)) { throw new ArgumentException("the buffer is too small", nameof(buffer)); }

        return writer.Length;
    }
}
