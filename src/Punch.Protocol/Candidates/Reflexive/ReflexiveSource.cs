using Punch.Protocol.Frames;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Reflexive;

/// <summary>
/// Finds out whether the local NAT has another mapping for another destination (RFC 5780 §4.3). It asks the server for its other address,
/// asks there from the same port, and compares the two views. It runs beside everything else, and nothing waits for it. The server itself
/// adds the reflexive address to the peer's information, so this source has no candidates.
/// </summary>
internal sealed class ReflexiveSource(TransportAddress local, TransactionIdSource ids, DestinationPolicy policy) : ICandidateSource
{
    private const int Sends = 4;
    private const int RequestLength = 160;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private TestState _state = TestState.Idle;
    private TransactionId _id;
    private TransportAddress _server;
    private TransportAddress _asked;
    private TransportAddress _mapped;
    private int _sent;
    private Instant? _next;
    private bool _isDue;

    private enum TestState
    {
        Idle,

        /// <summary>The server's first address was asked.</summary>
        AskingFirst,

        /// <summary>The server's other address was asked.</summary>
        AskingOther,
        Done,
    }

    /// <summary>Whether the mapping depends on the destination; unknown before the result.</summary>
    public Dependence Mapping { get; private set; }

    /// <summary>The server's other address, while it is asked; null before and afterwards.</summary>
    public TransportAddress? Other => _state == TestState.AskingOther ? _asked : null;

    /// <inheritdoc/>
    public bool IsEnded => _state == TestState.Done;

    /// <inheritdoc/>
    public Instant? NextTimeout => _next;

    private bool IsAsking => _state is TestState.AskingFirst or TestState.AskingOther;

    /// <summary>Begins with a server that has replied. It does nothing if called again.</summary>
    public void Begin(TransportAddress server, Instant now)
    {
        if (_state != TestState.Idle) { return; }

        _server = server;
        Ask(TestState.AskingFirst, server, now);
    }

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => IsAsking && datagram.From == _asked && datagram.To == local;

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change)
    {
        change = default;
        return false;
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        // A refusal can be forged, and a lost request is repeated anyway.
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        if (_next is null || now < _next) { return; }

        if (_sent >= Sends) { Stop(now); }
        else { Send(now); }
    }

    /// <inheritdoc/>
    public void Stop(Instant now)
    {
        _state = TestState.Done;
        _next = null;
        _isDue = false;
    }

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        if (!Expects(datagram)) { return; }

        if (StunMessage.Parse(datagram.Payload, out StunMessage message) != StunParseError.None || message.TransactionId != _id) { return; }

        bool isReply = message.Method == StunMethod.Binding && message.Class == StunClass.Success;
        if (!isReply || !message.TryGetReflexiveAddress(out TransportAddress mapped))
        {
            Stop(now);
        }
        else if (_state == TestState.AskingOther)
        {
            Mapping = mapped == _mapped ? Dependence.EndpointIndependent : Dependence.Dependent;
            Stop(now);
        }
        else if (TryFindOther(message, out TransportAddress other))
        {
            _mapped = mapped;
            Ask(TestState.AskingOther, other, now);
        }
        else
        {
            Stop(now);
        }
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_isDue) { return false; }

        _isDue = false;

        // Long enough to get the other address even from a server whose replies are never longer than the request.
        bool isWritten = StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Request, _id, out StunWriter writer)
            && writer.TryWriteFillerUpTo(RequestLength);
        transmit = new Transmit(local, _asked, isWritten ? writer.Length : 0);
        return isWritten;
    }

    // Only an address of the same scope, so that the test reaches no further than the server that the user chose.
    private bool TryFindOther(in StunMessage message, out TransportAddress other)
    {
        bool isFound = message.TryGetOtherAddress(out other);
        if (!isFound && message.TryGetOtherPort(out ushort port))
        {
            isFound = true;
            other = _server with { Port = port };
        }

        bool isAlike = other.Host.IsV6 == _server.Host.IsV6 && other.Host.Scope() == _server.Host.Scope();
        return isFound && isAlike && other != _server && policy.AllowsSeen(other, _server);
    }

    private void Ask(TestState state, TransportAddress address, Instant now)
    {
        _state = state;
        _asked = address;
        _id = ids.Next();
        _sent = 0;
        Send(now);
    }

    private void Send(Instant now)
    {
        _isDue = true;
        _next = now + (FirstPause * (1 << _sent));
        _sent++;
    }
}
