using Punch.Protocol.Paths;
using Punch.Protocol.Session.Gathering;
using Punch.Protocol.Streams.Recovery;

namespace Punch.Protocol.Session;

/// <summary>Writes what waits into datagrams, in the order in which it should leave: data, messages and probes, then the sources.</summary>
internal sealed class Transmitter(IGathering gathering, Exchange exchange, StreamChannel? streams, Outbox outbox)
{
    private readonly byte[] _text = new byte[SessionOptions.MaxSize];

    /// <summary>Writes the next datagram, or several of one length.</summary>
    /// <returns>False, with nothing written, if there is none.</returns>
    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        // Data before messages: a message says how much went before it.
        if (TryTransmitData(buffer, now, out transmit) || TryTransmitPackets(buffer, now, out transmit)) { return true; }

        while (outbox.TryTake(out Outgoing outgoing))
        {
            if (TryWrite(outgoing, buffer, now, out transmit)) { return true; }
        }

        while (gathering.TryTransmit(buffer, out transmit))
        {
            if (MayGo(buffer, ref transmit, now)) { return true; }
        }

        return false;
    }

    private bool TryTransmitData(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        while (exchange is { Channel: { HasQueued: true } channel, Route: { } path })
        {
            int length = gathering.Wire.WrapData(_text.AsSpan(0, channel.Dequeue(_text)), buffer, now);
            transmit = new Transmit(path.Local, path.Remote, length) { Source = path.Source };
            if (length > 0 && MayGo(buffer, ref transmit, now)) { return true; }
        }

        return false;
    }

    private bool TryTransmitPackets(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        while (streams is not null && exchange.Route is { } path && streams.Write(buffer, path, now, out int segment) is > 0 and int length)
        {
            transmit = new Transmit(path.Local, path.Remote, length)
            {
                Source = path.Source,
                SegmentSize = segment,

                // RFC 8899 §3: what is larger than every path carries tells of the path only if no router cuts it.
                DontFragment = (segment > 0 ? segment : length) > PathMtu.Base,
            };
            if (MayGo(buffer, ref transmit, now)) { return true; }
        }

        return false;
    }

    // A datagram that must not go is lost, as on any network.
    private bool MayGo(Span<byte> buffer, ref Transmit transmit, Instant now) =>
        gathering.Gate.TryPass(transmit.To, transmit.Length, now) && gathering.TryCarry(buffer, ref transmit, now);

    private bool TryWrite(in Outgoing outgoing, Span<byte> buffer, Instant now, out Transmit transmit)
    {
        // A message that no path is there for any more is lost, as on any network, and not reported as sent.
        bool followsPath = gathering.Wire.IsAuthentic && outgoing.Kind != OutgoingKind.Order;
        Route? route = followsPath ? exchange.Route ?? gathering.Finder.Path : outgoing.Route;
        transmit = default;
        if (route is not { } way) { return false; }

        int length = outgoing.Kind switch
        {
            OutgoingKind.Message => WriteMessage(outgoing, way, buffer),
            OutgoingKind.Goodbye => gathering.Wire.WriteGoodbye(buffer),
            _ => gathering.Wire.Write(outgoing.Order, buffer),
        };
        if (length < 0) { return false; }

        transmit = new Transmit(way.Local, way.Remote, length, outgoing.Order.HopLimit) { Source = way.Source };
        if (!MayGo(buffer, ref transmit, now)) { return false; }

        if (outgoing.Kind == OutgoingKind.Message || !gathering.Wire.IsAuthentic) { exchange.Reports.ReportSent(outgoing, way, length); }

        return true;
    }

    private int WriteMessage(in Outgoing outgoing, in Route route, Span<byte> buffer)
    {
        Conversation conversation = exchange.Conversation;
        bool isOnPath = gathering.Wire.IsAuthentic || route == gathering.Finder.Path;
        RemotePeer? about = outgoing.About ?? (isOnPath ? conversation.Peer : conversation.Latest(route));
        int length = conversation.Write(outgoing, about, exchange.Channel, _text);
        int wrapped = length < 0 ? 0 : gathering.Wire.Wrap(_text.AsSpan(0, length), buffer);
        return wrapped == 0 ? -1 : wrapped;
    }
}
