using Punch.Protocol.Stun;

namespace Punch.Protocol.Candidates.Tcp;

/// <summary>
/// Learns where a server sees the local TCP port that will punch: it opens a stream to the server from that very port, and asks there
/// (a Binding request of RFC 8489). The stream stays open, so that the router keeps its mapping.
/// </summary>
internal sealed class TcpMapping(TransportAddress local, TransactionIdSource ids) : ICandidateSource, IStreamUser
{
    private const int Asks = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CandidateSet _candidates = new(CandidateSide.Local);
    private TransportAddress _server;
    private TransactionId _id;
    private Instant? _next;
    private Instant _askedAt;
    private int _asked;
    private bool _isDue;
    private bool _isStreamDue;

    /// <summary>The local address.</summary>
    public TransportAddress Local => local;

    /// <summary>The server that is asked, once <see cref="Begin"/> was called; default before.</summary>
    public TransportAddress Server => _server;

    /// <summary>The round trip to the server; null before its reply.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <inheritdoc/>
    public bool IsEnded { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimeout => _next;

    /// <summary>Begins with a server. It does nothing if called again.</summary>
    public void Begin(TransportAddress server, Instant now)
    {
        if (IsEnded || _server != default) { return; }

        _server = server;
        _id = ids.Next();
        _isStreamDue = true;
        _next = now + Pause;
    }

    /// <summary>
    /// Takes for granted that the router keeps the number of the port. A stream of another port leads to the server already, and a second
    /// one from this port cannot be told from it.
    /// </summary>
    /// <param name="server">The server that is reached over TCP.</param>
    /// <param name="host">Where it sees this side.</param>
    public void Assume(TransportAddress server, HostAddress host)
    {
        if (IsEnded || _server != default) { return; }

        _server = server;
        RoundTrip = TimeSpan.Zero;
        _candidates.Replace([new Candidate(CandidateKind.ServerReflexive, new TransportAddress(host, local.Port, Transport.Tcp))]);
    }

    /// <inheritdoc/>
    public bool Expects(in Datagram datagram) => _next is not null && datagram.From == _server;

    /// <inheritdoc/>
    public bool TryTake(out CandidateChange change) => _candidates.TryTake(out change);

    /// <inheritdoc/>
    public bool TryStream(out StreamRequest request)
    {
        request = new StreamRequest { Action = StreamAction.Open, Remote = _server, Local = local };
        bool isDue = _isStreamDue;
        _isStreamDue = false;
        return isDue;
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now)
    {
        if (notice.Kind == NetworkNoticeKind.StreamOpened && notice.Remote == _server && _next is not null) { Ask(now); }
    }

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        if (StunMessage.Parse(datagram.Payload, out StunMessage message) != StunParseError.None || message.TransactionId != _id) { return; }

        bool isReply = message.Method == StunMethod.Binding && message.Class == StunClass.Success;
        if (!isReply || !message.TryGetReflexiveAddress(out TransportAddress mapped)) { return; }

        _next = null;
        RoundTrip = now - _askedAt;
        _candidates.Replace([new Candidate(CandidateKind.ServerReflexive, mapped with { Transport = Transport.Tcp })]);
    }

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        if (!(_next <= now)) { return; }

        if (_asked >= Asks) { _next = null; }
        else { Ask(now); }
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_isDue) { return false; }

        _isDue = false;
        bool isWritten = StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Request, _id, out StunWriter writer);
        transmit = new Transmit(local, _server, isWritten ? writer.Length : 0);
        return isWritten;
    }

    /// <inheritdoc/>
    public void Stop(Instant now)
    {
        IsEnded = true;
        _next = null;
        _isDue = false;
        _isStreamDue = false;
    }

    private void Ask(Instant now)
    {
        _isDue = true;
        _askedAt = now;
        _asked++;
        _next = now + Pause;
    }
}
