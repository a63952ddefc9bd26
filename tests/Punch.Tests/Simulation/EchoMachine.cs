using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Punch.Tests.Simulation;

/// <summary>An event of an <see cref="EchoMachine"/>.</summary>
internal readonly record struct EchoEvent(string Text, TransportAddress From);

/// <summary>Sends a numbered <c>ping</c> at each interval and answers every <c>ping</c> with a <c>pong</c>.</summary>
internal sealed class EchoMachine(TransportAddress local, TransportAddress? remote, TimeSpan interval, Instant now, byte hopLimit = 0)
    : IProtocol<EchoEvent>
{
    private readonly Queue<(TransportAddress To, string Text)> _transmits = [];
    private readonly Queue<EchoEvent> _events = [];
    private Instant? _next = remote is null ? null : now;
    private byte[] _received = [];
    private int _pings;

    public bool IsEnded { get; private set; }

    /// <summary>Where a driver cuts what it sends; 0 for nowhere.</summary>
    public int SegmentSize { get; init; }

    public ReadOnlySpan<byte> Payload => _received;

    public Instant? NextTimeout => _next;

    public void Ping(TransportAddress to) => Say($"ping {++_pings}", to);

    public void Say(string text, TransportAddress to) => _transmits.Enqueue((to, text));

    public void Receive(in Datagram datagram, Instant now)
    {
        _received = datagram.Payload.ToArray();
        string text = Encoding.ASCII.GetString(datagram.Payload);
        _events.Enqueue(new EchoEvent(text, datagram.From));
        if (text.StartsWith("ping", StringComparison.Ordinal)) { _transmits.Enqueue((datagram.From, "pong" + text[4..])); }
    }

    public void Note(in NetworkNotice notice, Instant now)
    {
    }

    public void Stop(Instant now) => IsEnded = true;

    public void Timeout(Instant now)
    {
        if (_next is not { } due || now < due) { return; }

        Ping(remote!.Value);
        _next = now + interval;
    }

    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        transmit = default;
        if (!_transmits.TryDequeue(out (TransportAddress To, string Text) next)) { return false; }

        transmit = new Transmit(local, next.To, Encoding.ASCII.GetBytes(next.Text, buffer), hopLimit) { SegmentSize = SegmentSize };
        return true;
    }

    public bool TryEvent([MaybeNullWhen(false)] out EchoEvent e) => _events.TryDequeue(out e);
}
