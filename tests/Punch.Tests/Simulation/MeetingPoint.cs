using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Punch.Tests.Simulation;

/// <summary>A server that introduces two machines that name the same pair.</summary>
internal sealed class MeetingPoint(TransportAddress local) : IProtocol<EchoEvent>
{
    private readonly Dictionary<string, TransportAddress> _waiting = [];
    private readonly Queue<(TransportAddress To, TransportAddress Peer)> _notices = [];

    public bool IsEnded { get; private set; }

    public Instant? NextTimeout => null;

    public ReadOnlySpan<byte> Payload => default;

    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    public void Stop(Instant now) => IsEnded = true;

    public void Receive(in Datagram datagram, Instant now)
    {
        string pair = Encoding.ASCII.GetString(datagram.Payload);
        if (!_waiting.Remove(pair, out TransportAddress first))
        {
            _waiting.Add(pair, datagram.From);
            return;
        }

        _notices.Enqueue((first, datagram.From));
        _notices.Enqueue((datagram.From, first));
    }

    public void Timeout(Instant now)
    {
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_notices.TryDequeue(out (TransportAddress To, TransportAddress Peer) notice)) { return false; }

        transmit = new Transmit(local, notice.To, Encoding.ASCII.GetBytes(notice.Peer.ToString(), buffer));
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out EchoEvent e)
    {
        e = default;
        return false;
    }
}

/// <summary>
/// One of two machines that meet at a <see cref="MeetingPoint"/>: it names its pair there, then pings the peer a few times.
/// </summary>
internal sealed class Guest(TransportAddress local, TransportAddress server, int pair, Instant now) : IProtocol<EchoEvent>
{
    /// <summary>Datagrams that are not replies: one to the server, the rest pings.</summary>
    public const int Requests = 1 + Pings;

    private const int Pings = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly EchoMachine _echo = new(local, null, default, now);
    private TransportAddress? _peer;
    private Instant? _next = now;
    private int _pings;
    private bool _asks;

    public bool IsEnded => _echo.IsEnded;

    public Instant? NextTimeout => IsEnded ? null : _next;

    public ReadOnlySpan<byte> Payload => _echo.Payload;

    public void Note(in NetworkNotice notice, Instant now) => _echo.Note(notice, now);

    public void Stop(Instant now) => _echo.Stop(now);

    public void Receive(in Datagram datagram, Instant now)
    {
        if (datagram.From != server)
        {
            _echo.Receive(datagram, now);
            return;
        }

        _peer = TransportAddress.Parse(Encoding.ASCII.GetString(datagram.Payload));
        _next = now;
    }

    public void Timeout(Instant now)
    {
        if (_next is not { } due || now < due) { return; }

        _next = null;
        _asks = _peer is null;
        if (_peer is not { } peer) { return; }

        _echo.Ping(peer);
        if (++_pings < Pings) { _next = now + Pause; }
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        if (!_asks) { return _echo.TryTransmit(buffer, out transmit); }

        _asks = false;
        transmit = new Transmit(local, server, Encoding.ASCII.GetBytes(pair.ToString(CultureInfo.InvariantCulture), buffer));
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out EchoEvent e) => _echo.TryEvent(out e);
}
