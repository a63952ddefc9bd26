using Punch.Protocol.Peer;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Meeting.Agent;

/// <summary>
/// Finds out whether the own NAT has another mapping for another destination (RFC 5780 §4.3): the server is asked where else it is to be
/// found, and what that place sees of the same port is compared. Beside everything else: nothing waits for it.
/// </summary>
internal sealed class MappingTest(TransportAddress server, TransportAddress local, TransactionIdSource ids)
{
    private const int Sends = 4;
    private const int RequestLength = 160;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private TransactionId _id;
    private TransportAddress _asked;
    private TransportAddress? _mapped;
    private int _sent;
    private Instant? _next;

    /// <summary>What came of it so far.</summary>
    public Dependence Mapping { get; private set; }

    public Instant? NextTimeout => _next;

    /// <summary>Begins; harmless a second time.</summary>
    public void Begin(Outbox outbox, Instant now)
    {
        if (_sent == 0) { Ask(server, outbox, now); }
    }

    public void Timeout(Outbox outbox, Instant now)
    {
        if (_next is null || now < _next) { return; }

        if (_sent >= Sends) { _next = null; }
        else { Send(outbox, now); }
    }

    /// <summary>Takes in a message; one that answers nothing changes nothing.</summary>
    public void Receive(in Datagram datagram, Outbox outbox, Instant now)
    {
        if (_next is null || datagram.From != _asked || datagram.To != local) { return; }

        if (StunMessage.Parse(datagram.Payload, out StunMessage message) != StunParseError.None || message.TransactionId != _id) { return; }

        _next = null;
        bool isAnswer = message.Method == StunMethod.Binding && message.Class == StunClass.Success;
        if (!isAnswer || !message.TryGetReflexiveAddress(out TransportAddress mapped)) { return; }

        if (_mapped is { } first)
        {
            Mapping = mapped == first ? Dependence.EndpointIndependent : Dependence.Dependent;
            return;
        }

        _mapped = mapped;
        if (TryFindOther(message, out TransportAddress other)) { Ask(other, outbox, now); }
    }

    /// <summary>Writes a request, long enough for a server that answers with no more bytes than came to name its other place.</summary>
    public static int Write(TransactionId id, Span<byte> destination) =>
        StunWriter.TryCreate(destination, StunMethod.Binding, StunClass.Request, id, out StunWriter writer)
        && writer.TryWriteFillerUpTo(RequestLength)
            ? writer.Length
            : 0;

    // Only where the user's choice of server reaches: another place of the same scope.
    private bool TryFindOther(in StunMessage message, out TransportAddress other)
    {
        bool isFound = message.TryGetOtherAddress(out other);
        if (!isFound && message.TryGetOtherPort(out ushort port))
        {
            isFound = true;
            other = server with { Port = port };
        }

        bool isAlike = other.Host.IsV6 == server.Host.IsV6 && other.Host.Scope() == server.Host.Scope();
        return isFound && isAlike && other != server && other.Port != 0;
    }

    private void Ask(TransportAddress place, Outbox outbox, Instant now)
    {
        _asked = place;
        _id = ids.Next();
        _sent = 0;
        Send(outbox, now);
    }

    private void Send(Outbox outbox, Instant now)
    {
        outbox.Add(new Outgoing(OutgoingKind.Binding, new Route(local, _asked)) { Id = _id });
        _next = now + (FirstPause * (1 << _sent));
        _sent++;
    }
}
