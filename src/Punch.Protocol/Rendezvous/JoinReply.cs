using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>A server's reply to a <see cref="JoinRequest"/>: a view of a received message, or what is to be written.</summary>
/// <remarks>
/// <code>
/// STUN success, method 0x0E0
///   XOR-MAPPED-ADDRESS  the asking address
///   LIFETIME            seconds the party is kept (0: it has left); absent: nothing is kept. Ask again with this NONCE, if there is one;
///                       without one the party's seat is at another address, and a right TICKET moves it
///   NONCE               a newer one to ask with
///   TICKET              what moves the seat; for who asked, with LIFETIME
///   PARTY, SEALED, XOR-PEER-ADDRESS (one or two)   the other party, if it is there
///   DAY                 what day it is here, where the join's room is of another; then nothing is kept, and nothing else is there
///   FINGERPRINT
/// STUN error, method 0x0E0
///   ERROR-CODE          400, 401 the server has a password, 403 a third party, 420, 426 the join names no day: a client of before,
///                       438 ask again with this NONCE, 508 no room for another room
///   XOR-MAPPED-ADDRESS, NONCE   with 438
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly ref struct JoinReply
{
    /// <summary>Ties the reply to its request.</summary>
    public TransactionId TransactionId { get; init; }

    /// <summary>Why it was refused; null when it was granted.</summary>
    public StunErrorCode? Error { get; init; }

    /// <summary>The address the request came from: always there when granted and with 438.</summary>
    public TransportAddress? Mapped { get; init; }

    /// <summary>
    /// How long the party is kept without another join, in whole seconds; zero when it has left; null when nothing is kept.
    /// </summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>A nonce to use from now on, at most 64 bytes; empty when the old one will do.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>What moves the seat from now on, 16 bytes; empty when nothing is new.</summary>
    public ReadOnlySpan<byte> Ticket { get; init; }

    /// <summary>The server's day, where the join's room is of another one; null otherwise.</summary>
    public uint? Day { get; init; }

    /// <summary>The other party; empty when it is not there.</summary>
    public PeerEntry Peer { get; init; }

    /// <summary>
    /// Reads a datagram; false, and nothing to see, when it is no such reply, has no right fingerprint or lacks what it must have.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out JoinReply reply)
    {
        reply = default;
        if (StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None || message.Method != OwnStunMethods.Join)
        {
            return false;
        }

        if (message.Class is not (StunClass.Success or StunClass.Error) || !message.HasValidFingerprint()) { return false; }

        if (!TryReadTicket(message, out ReadOnlySpan<byte> ticket)) { return false; }

        if (!TryReadNonce(message, out ReadOnlySpan<byte> nonce) || !TryReadError(message, out StunErrorCode? error)) { return false; }

        TransportAddress? mapped = message.TryGetXorMappedAddress(out TransportAddress address) ? address : null;
        bool isMappedNeeded = error is null or StunErrorCode.StaleNonce;
        bool isNonceNeeded = error is StunErrorCode.StaleNonce;
        if ((isMappedNeeded && mapped is null) || (isNonceNeeded && nonce.IsEmpty)) { return false; }

        if (!PeerEntry.TryRead(message, out PeerEntry peer)) { return false; }

        reply = new JoinReply
        {
            TransactionId = message.TransactionId,
            Error = error,
            Mapped = mapped,
            Lifetime = message.TryGetUInt32(StunAttributeType.Lifetime, out uint seconds) ? TimeSpan.FromSeconds(seconds) : null,
            Nonce = nonce,
            Ticket = ticket,
            Day = message.TryGetUInt32(OwnStunAttributes.Day, out uint day) ? day : null,
            Peer = peer,
        };
        return true;
    }

    /// <summary>Writes the reply; false when it does not fit.</summary>
    /// <param name="destination">620 bytes hold any.</param>
    /// <param name="length">Bytes of it.</param>
    public bool TryWrite(Span<byte> destination, out int length)
    {
        StunClass kind = Error is null ? StunClass.Success : StunClass.Error;
        bool isWritten = StunWriter.TryCreate(destination, OwnStunMethods.Join, kind, TransactionId, out StunWriter writer)
            && (Error is not { } error || writer.TryWriteErrorCode(error))
            && (Mapped is not { } mapped || writer.TryWriteXorMappedAddress(mapped))
            && (Lifetime is not { } lifetime || writer.TryWriteUInt32(StunAttributeType.Lifetime, (uint)lifetime.TotalSeconds))
            && (Nonce.IsEmpty || writer.TryWriteNonce(Nonce))
            && (Ticket.IsEmpty || writer.TryWrite(OwnStunAttributes.Ticket, Ticket))
            && (Day is not { } day || writer.TryWriteUInt32(OwnStunAttributes.Day, day))
            && Peer.TryWrite(ref writer)
            && writer.TryWriteFingerprint();
        length = isWritten ? writer.Length : 0;
        return isWritten;
    }

    private static bool TryReadNonce(scoped in StunMessage message, out ReadOnlySpan<byte> nonce) =>
        !message.TryGetValue(StunAttributeType.Nonce, out nonce) || nonce.Length <= RendezvousLimits.Nonce;

    private static bool TryReadTicket(scoped in StunMessage message, out ReadOnlySpan<byte> ticket) =>
        !message.TryGetValue(OwnStunAttributes.Ticket, out ticket) || ticket.Length == RendezvousLimits.Ticket;

    private static bool TryReadError(in StunMessage message, out StunErrorCode? error)
    {
        error = null;
        if (message.Class == StunClass.Success) { return true; }

        bool isRead = message.TryGetErrorCode(out StunErrorCode code, out _);
        error = code;
        return isRead;
    }
}
