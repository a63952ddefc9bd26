using Punch.Protocol.Text;

namespace Punch.Protocol.Session.Wires;

/// <summary>What a datagram turned out to be.</summary>
/// <param name="Kind">What it is.</param>
internal readonly record struct Arrival(ArrivalKind Kind)
{
    /// <summary>The payload's length, in bytes.</summary>
    public int Length { get; init; }

    /// <summary>The number of its frame, on a wire that has some.</summary>
    public ulong Number { get; init; }

    /// <summary>When data left, on the clock of the peer; null if it does not say.</summary>
    public ushort? Stamp { get; init; }

    /// <summary>The message; for Message.</summary>
    public PeerMessage Message { get; init; }

    /// <summary>The token of a probe, or the one that a reply returns.</summary>
    public ulong Token { get; init; }

    /// <summary>The token of the probe that a reply is, too; 0 for none.</summary>
    public ulong OwnToken { get; init; }

    /// <summary>Whether the peer has proof of the route; for Probe and Reply.</summary>
    public bool HasProof { get; init; }

    /// <summary>A payload: a message, or other bytes.</summary>
    public static Arrival OfPayload(ReadOnlySpan<byte> payload) => PeerMessage.Parse(payload, out PeerMessage message, out _) switch
    {
        PeerMessageParse.Message => new Arrival(ArrivalKind.Message) { Length = payload.Length, Message = message },
        PeerMessageParse.OtherVersion => new Arrival(ArrivalKind.OtherVersion) { Length = payload.Length },
        _ => new Arrival(ArrivalKind.Bytes) { Length = payload.Length },
    };
}

/// <summary>The kinds of <see cref="Arrival"/>.</summary>
internal enum ArrivalKind
{
    /// <summary>Nothing of the peer's: ignored.</summary>
    Nothing,

    /// <summary>From a host that is not the peer's: counted.</summary>
    Stranger,

    /// <summary>A probe of a route.</summary>
    Probe,

    /// <summary>The reply to a probe.</summary>
    Reply,

    /// <summary>The peer leaves.</summary>
    Goodbye,

    /// <summary>A peer message.</summary>
    Message,

    /// <summary>A peer message of another version.</summary>
    OtherVersion,

    /// <summary>A packet of streams.</summary>
    Packet,

    /// <summary>Other bytes, or none: data, a punch, or text of the original program.</summary>
    Bytes,
}
