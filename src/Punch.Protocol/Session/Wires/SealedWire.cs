using Punch.Protocol.Frames;
using Punch.Protocol.Paths;

namespace Punch.Protocol.Session.Wires;

/// <summary>Sealed frames between two parties that share a code. Without a peer nothing is read or written.</summary>
internal sealed class SealedWire : IPathWire
{
    /// <inheritdoc/>
    public bool IsAuthentic => true;

    /// <summary>Seals and opens the frames; null without a peer.</summary>
    public SealedSession? Session { get; private set; }

    /// <summary>The peer; null if there is none.</summary>
    public PartyId? Party { get; private set; }

    /// <inheritdoc/>
    public int MaxPayload => SealedSession.MaxBodyLength;

    /// <summary>Writes the greetings, which are the probes without a token; null where nobody is greeted.</summary>
    public GreetingWriter? Greet { get; init; }

    /// <summary>Whether this side is the low party of the two.</summary>
    public bool IsLow { get; private set; }

    /// <summary>Speaks with this peer from now on; with nobody while there are no keys.</summary>
    public void Use(SealedSession? session, PartyId party, bool isLow) => (Session, Party, IsLow) = (session, party, isLow);

    /// <inheritdoc/>
    public Arrival Read(in Datagram datagram, Span<byte> payload)
    {
        if (Session is not { } session) { return default; }

        FrameError error = session.Open(datagram.Payload, payload, out FrameType type, out int length, out ulong number);
        if (error != FrameError.None) { return default; }

        ReadOnlySpan<byte> body = payload[..length];
        Arrival arrival = type switch
        {
            FrameType.Probe when ProbeFrame.TryParse(body, out ProbeFrame probe) =>
                new Arrival(ArrivalKind.Probe) { Token = probe.Token, HasProof = probe.HasProof },
            FrameType.Answer when AnswerFrame.TryParse(body, out AnswerFrame answer) =>
                new Arrival(ArrivalKind.Reply) { Token = answer.Token, OwnToken = answer.OwnToken, HasProof = answer.HasProof },
            FrameType.Goodbye => new Arrival(ArrivalKind.Goodbye),
            FrameType.Payload => Arrival.OfPayload(body),
            FrameType.Packet => new Arrival(ArrivalKind.Packet) { Length = length },
            _ => default,
        };
        return arrival with { Number = number };
    }

    /// <inheritdoc/>
    public int Wrap(ReadOnlySpan<byte> payload, Span<byte> destination) => Session?.Seal(FrameType.Payload, payload, destination) ?? 0;

    /// <inheritdoc/>
    public int Write(in ProbeOrder order, Span<byte> destination)
    {
        if (Greet is { } greet && order is { Token: 0, Kind: ProbeOrderKind.Probe or ProbeOrderKind.Prime })
        {
            return greet(order.Route, destination);
        }

        if (Session is not { } session) { return -1; }

        Span<byte> body = stackalloc byte[AnswerFrame.Length];
        int length = order.Kind == ProbeOrderKind.Reply
            ? session.Seal(FrameType.Answer, body[..WriteReply(order, body)], destination)
            : session.Seal(FrameType.Probe, body[..new ProbeFrame(order.Token, order.HasProof).Write(body)], destination);
        return length == 0 ? -1 : length;
    }

    /// <inheritdoc/>
    public int WriteGoodbye(Span<byte> destination) => Session?.Seal(FrameType.Goodbye, default, destination) ?? 0;

    private static int WriteReply(in ProbeOrder order, Span<byte> body) =>
        new AnswerFrame(order.Token, order.HasProof, order.OwnToken, order.Route.Remote).Write(body);
}

/// <summary>Writes a greeting for a route and returns its length; -1 when that can't be.</summary>
internal delegate int GreetingWriter(in Route route, Span<byte> destination);
