using Punch.Protocol;

namespace Punch.Simulation.Scenarios;

/// <summary>
/// A machine on a host with TCP in a network that loses nothing. Connections open as RFC 9293 §3.5 says, also where both sides dial at
/// once. Each segment carries one datagram. So NATs, firewalls and outlets of the network treat streams as they treat all TCP.
/// </summary>
/// <param name="machine">The machine. Where it is an <see cref="IStreamUser"/>, its requests are carried out.</param>
/// <param name="firstPort">The port of its first stream that may leave from any port. Later ones have the ports above.</param>
/// <param name="served">
/// For a server, which listens everywhere: the UDP address that it knows as its own for all that streams bring. Null for a machine that
/// listens where it dials from.
/// </param>
public sealed class StreamMachine<TEvent>(IProtocol<TEvent> machine, ushort firstPort, TransportAddress? served = null) : IProtocol<TEvent>
    where TEvent : notnull
{
    private readonly List<SimulatedStream> _streams = [];
    private readonly Queue<(SimulatedStream Stream, SegmentKind Kind)> _segments = new();
    private readonly HashSet<ushort> _listening = [];
    private ushort _opened;
    private Instant _now;

    /// <inheritdoc/>
    public bool IsEnded => machine.IsEnded;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Payload => machine.Payload;

    /// <inheritdoc/>
    public Instant? NextTimeout
    {
        get
        {
            Instant? next = machine.NextTimeout;
            foreach (SimulatedStream stream in _streams) { next = Instant.Earlier(next, stream.Due); }

            return IsEnded ? null : next;
        }
    }

    /// <inheritdoc/>
    public void Receive(in Datagram datagram, Instant now)
    {
        _now = now;
        if (datagram.From.Transport == Transport.Udp) { machine.Receive(datagram, now); }
        else if (!datagram.Payload.IsEmpty) { Receive((SegmentKind)datagram.Payload[0], datagram, now); }
    }

    /// <inheritdoc/>
    public void Note(in NetworkNotice notice, Instant now) => machine.Note(notice, now);

    /// <inheritdoc/>
    public void Stop(Instant now) => machine.Stop(now);

    /// <inheritdoc/>
    public void Timeout(Instant now)
    {
        _now = now;
        foreach (SimulatedStream stream in _streams)
        {
            if (stream.IsDue(now)) { _segments.Enqueue((stream, SegmentKind.Syn)); }
        }

        if (machine.NextTimeout <= now) { machine.Timeout(now); }
    }

    /// <inheritdoc/>
    public bool TryTransmit(Span<byte> buffer, out Transmit transmit)
    {
        while (machine is IStreamUser user && user.TryStream(out StreamRequest request)) { Apply(request); }

        if (_segments.TryDequeue(out (SimulatedStream Stream, SegmentKind Kind) segment))
        {
            buffer[0] = (byte)segment.Kind;
            transmit = new Transmit(segment.Stream.Local, segment.Stream.Remote, 1);
            return true;
        }

        while (machine.TryTransmit(buffer, out transmit))
        {
            if (!transmit.To.IsStream) { return true; }

            TransportAddress to = transmit.To;
            if (_streams.Find(each => each.Name == to) is not { IsOpen: true } stream) { continue; }

            buffer[..transmit.Length].CopyTo(buffer[1..]);
            buffer[0] = (byte)SegmentKind.Data;
            transmit = new Transmit(stream.Local, stream.Remote, transmit.Length + 1);
            return true;
        }

        return _segments.Count > 0 && TryTransmit(buffer, out transmit);
    }

    /// <inheritdoc/>
    public bool TryEvent(out TEvent e) => machine.TryEvent(out e!);

    private void Apply(in StreamRequest request)
    {
        TransportAddress name = request.Remote;
        _streams.RemoveAll(each => each.Name == name);
        if (request.Action == StreamAction.Close) { return; }

        if (request.Local is { } from) { _listening.Add(from.Port); }

        TransportAddress local = request.Local ?? new TransportAddress(HostAddress.AnyV4, (ushort)(firstPort + _opened++), Transport.Tcp);
        var stream = new SimulatedStream(name, local, isDialed: true, _now);
        _streams.Add(stream);
        _segments.Enqueue((stream, SegmentKind.Syn));
    }

    private void Receive(SegmentKind kind, in Datagram segment, Instant now)
    {
        (TransportAddress from, TransportAddress to) = (segment.From, segment.To);
        SimulatedStream? stream = _streams.Find(each => each.Remote == from && each.Local.Port == to.Port);
        if (kind == SegmentKind.Syn)
        {
            if (stream is null && (served is not null || _listening.Contains(to.Port)))
            {
                stream = new SimulatedStream(from, to, isDialed: false, now);
                _streams.Add(stream);
            }

            if (stream is not null) { _segments.Enqueue((stream, SegmentKind.SynAck)); }

            return;
        }

        if (stream is null || (stream.IsDialed && !stream.IsOpen && kind != SegmentKind.SynAck)) { return; }

        if (kind == SegmentKind.SynAck) { _segments.Enqueue((stream, SegmentKind.Ack)); }

        if (stream.TryOpen()) { machine.Note(NetworkNotice.StreamOpened(stream.Local, stream.Name), now); }

        if (kind == SegmentKind.Data) { machine.Receive(new Datagram(stream.Name, served ?? stream.Local, segment.Payload[1..]), now); }
    }

    private enum SegmentKind : byte
    {
        Syn,
        SynAck,
        Ack,
        Data,
    }

    /// <summary>A connection, or the attempt at one.</summary>
    private sealed class SimulatedStream(TransportAddress name, TransportAddress local, bool isDialed, Instant now)
    {
        private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1); // RFC 6298 §2.1, and doubled by §5.5

        private TimeSpan _pause = FirstPause;

        /// <summary>The far end as the machine names it: that of TLS is TCP on the wire.</summary>
        public TransportAddress Name => name;

        public TransportAddress Remote => name with { Transport = Transport.Tcp };

        public TransportAddress Local => local;

        public bool IsDialed => isDialed;

        public bool IsOpen { get; private set; }

        /// <summary>When the next SYN leaves; null for never.</summary>
        public Instant? Due { get; private set; } = isDialed ? now + FirstPause : null;

        public bool IsDue(Instant at)
        {
            if (!(Due <= at)) { return false; }

            _pause *= 2;
            Due = at + _pause;
            return true;
        }

        public bool TryOpen()
        {
            bool isNew = !IsOpen;
            IsOpen = true;
            Due = null;
            return isNew;
        }
    }
}
