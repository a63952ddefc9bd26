using System.Buffers.Binary;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Rendezvous;

/// <summary>What a datagram is to a rendezvous server.</summary>
public enum JoinReading
{
    /// <summary>A request to act on.</summary>
    Join,

    /// <summary>No join at all, or one of another length, or without the right fingerprint: not to be answered.</summary>
    Foreign,

    /// <summary>A join that is answered 400: an attribute is missing or has a length it cannot have.</summary>
    Malformed,

    /// <summary>A join that is answered 420: a comprehension-required attribute is unknown (RFC 8489 §6.3.1).</summary>
    UnknownAttribute,
}

/// <summary>
/// A party's request to be in a room, to stay there or to leave it: a view of a received message, or what is to be written.
/// It has <see cref="Length"/> bytes, so that the server may answer in full, and tell the other party, without sending more than it got; or
/// <see cref="SmallLength"/>, where a path loses large datagrams: then the answer may have no room to tell the other party.
/// </summary>
/// <remarks>
/// <code>
/// STUN request, method 0x0E0
///   ROOM     0xFF60  16 bytes
///   PARTY    0xFF61  16 bytes: the sender
///   SEALED   0xFF62  1 to 448 bytes; left out by a party that leaves
///   NONCE    0x0015  what the server gave, if it gave one
///   LIFETIME 0x000D  seconds, only 0 means something: the party leaves
///   SEEK     0xFF63  empty: the sender has not heard its peer
///   TICKET   0xFF64  16 bytes: the sender's seat is at another address and moves, or gets this address, too; empty: it has none and
///                    asks for one. A server gives one with LIFETIME, and only the last one it gave for a seat is right.
///   CHECK    0xFF65  empty: the sender joins again at once when a notice has a CHECK
///   DAY      0xFF66  the day that the room is of: days since the beginning of 1970, in UTC. Clients of before have rooms without a day
///   TELL     0xFF67  empty, in a small join: the other party is to be told, though the answer then has no room for it
///   HIDE     0xFF68  empty: the other party is not told where the server sees the sender
///   Filler   0xFF50  zeros, up to 1200 or 640 bytes in all
///   MESSAGE-INTEGRITY-SHA256  0x001C  32 bytes, for a server with a password
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly ref struct JoinRequest
{
    /// <summary>Bytes of every join: below any usual MTU, and no less than the answer and one notice.</summary>
    public const int Length = 1200;

    /// <summary>
    /// Bytes of a small join: no less than the answer, and a path of the least that the Internet must carry (576) needs two pieces.
    /// </summary>
    public const int SmallLength = 640;

    private const int FingerprintLength = StunAttribute.HeaderLength + StunIntegrity.FingerprintLength;

    /// <summary>The comprehension-required attributes a join may have.</summary>
    internal static readonly StunAttributeType[] Understood =
        [StunAttributeType.Lifetime, StunAttributeType.Nonce, StunAttributeType.MessageIntegritySha256];

    /// <summary>Ties the answer to this request: 96 random bits.</summary>
    public TransactionId TransactionId { get; init; }

    /// <summary>The room, 16 bytes.</summary>
    public ReadOnlySpan<byte> Room { get; init; }

    /// <summary>The sender, 16 bytes.</summary>
    public ReadOnlySpan<byte> Party { get; init; }

    /// <summary>The day that the room is of; null where it is of none, as clients of before have it.</summary>
    public uint? Day { get; init; }

    /// <summary>What the other party is to get, 1 to 448 bytes; may be empty when leaving.</summary>
    public ReadOnlySpan<byte> Sealed { get; init; }

    /// <summary>The server's own, at most 64 bytes; empty for none.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>What shows that a seat at another address is the sender's, 16 bytes; empty for none.</summary>
    public ReadOnlySpan<byte> Ticket { get; init; }

    /// <summary>Whether the sender is to get a ticket, which it needs when it moves.</summary>
    public bool WantsTicket { get; init; }

    /// <summary>Whether the other party is to be told again.</summary>
    public bool IsSeeking { get; init; }

    /// <summary>Whether the sender says that it is there when it is asked.</summary>
    public bool AnswersChecks { get; init; }

    /// <summary>Whether the other party is to be told rather than the sender; of a small join.</summary>
    public bool TellsFirst { get; init; }

    /// <summary>Whether the other party is not to be told where the server sees the sender.</summary>
    public bool HidesAddress { get; init; }

    /// <summary>Whether it is to be written with <see cref="SmallLength"/> bytes.</summary>
    public bool IsSmall { get; init; }

    /// <summary>What the request is written with, if the server asks for it; a request that was read has none.</summary>
    public ServerPassword? Password { get; init; }

    /// <summary>Whether the party leaves the room.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether a datagram looks like a join, at the cost of two comparisons: its length and its first two bytes.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> datagram) =>
        datagram.Length is Length or SmallLength && datagram[0] == 0x02 && datagram[1] == 0xC0;

    /// <summary>Reads a datagram.</summary>
    /// <param name="datagram">The bytes; the request and the message are views of them.</param>
    /// <param name="message">The message; empty when <see cref="JoinReading.Foreign"/>.</param>
    /// <param name="request">The request; empty unless <see cref="JoinReading.Join"/>.</param>
    public static JoinReading Read(ReadOnlySpan<byte> datagram, out StunMessage message, out JoinRequest request)
    {
        message = default;
        request = default;
        if (!IsLikely(datagram) || StunMessage.Parse(datagram, out StunMessage parsed) != StunParseError.None)
        {
            return JoinReading.Foreign;
        }

        if (!parsed.HasValidFingerprint()) { return JoinReading.Foreign; }

        message = parsed;
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[1];
        if (message.ListUnknown(Understood, unknown) != 0) { return JoinReading.UnknownAttribute; }

        return TryRead(message, out request) ? JoinReading.Join : JoinReading.Malformed;
    }

    /// <summary>Writes the request.</summary>
    /// <param name="destination">At least <see cref="Length"/> or <see cref="SmallLength"/> bytes; as many are written.</param>
    /// <returns>False when it is shorter, or a value is longer or shorter than it may be.</returns>
    public bool TryWrite(Span<byte> destination)
    {
        bool isRight = Room.Length == RendezvousLimits.Room
            && Party.Length == RendezvousLimits.Party
            && Sealed.Length <= RendezvousLimits.Sealed
            && Nonce.Length <= RendezvousLimits.Nonce
            && (Ticket.Length is 0 or RendezvousLimits.Ticket)
            && (IsLeaving || !Sealed.IsEmpty);
        return isRight
            && StunWriter.TryCreate(destination, OwnStunMethods.Join, StunClass.Request, TransactionId, out StunWriter writer)
            && writer.TryWrite(OwnStunAttributes.Room, Room)
            && writer.TryWrite(OwnStunAttributes.Party, Party)
            && (Sealed.IsEmpty || writer.TryWrite(OwnStunAttributes.Sealed, Sealed))
            && (Nonce.IsEmpty || writer.TryWriteNonce(Nonce))
            && (!IsLeaving || writer.TryWriteUInt32(StunAttributeType.Lifetime, 0))
            && (!IsSeeking || writer.TryWrite(OwnStunAttributes.Seek, []))
            && ((Ticket.IsEmpty && !WantsTicket) || writer.TryWrite(OwnStunAttributes.Ticket, Ticket))
            && (Day is not { } day || writer.TryWriteUInt32(OwnStunAttributes.Day, day))
            && (!AnswersChecks || writer.TryWrite(OwnStunAttributes.Check, []))
            && (!HidesAddress || writer.TryWrite(OwnStunAttributes.Hide, []))
            && (!TellsFirst || writer.TryWrite(OwnStunAttributes.Tell, []))
            && writer.TryWriteFillerUpTo(
                (IsSmall ? SmallLength : Length) - FingerprintLength - (Password is null ? 0 : ServerPassword.AttributeLength))
            && (Password is null || Password.TryWrite(ref writer))
            && writer.TryWriteFingerprint();
    }

    /// <summary>In one pass, since this is a server's hot path. Of duplicates the first counts.</summary>
    private static bool TryRead(scoped in StunMessage message, out JoinRequest request)
    {
        request = default;
        ReadOnlySpan<byte> room = default, party = default, bytes = default, nonce = default, ticket = default;
        uint? lifetime = null, day = null;
        bool isSeeking = false, wantsTicket = false, answersChecks = false, tellsFirst = false, hidesAddress = false;
        foreach (StunAttribute attribute in message.Attributes)
        {
            switch (attribute.Type)
            {
                case OwnStunAttributes.Room when room.IsEmpty: room = attribute.Value; break;
                case OwnStunAttributes.Party when party.IsEmpty: party = attribute.Value; break;
                case OwnStunAttributes.Sealed when bytes.IsEmpty: bytes = attribute.Value; break;
                case StunAttributeType.Nonce when nonce.IsEmpty: nonce = attribute.Value; break;
                case OwnStunAttributes.Seek: isSeeking = true; break;
                case OwnStunAttributes.Check: answersChecks = true; break;
                case OwnStunAttributes.Hide: hidesAddress = true; break;
                case OwnStunAttributes.Tell: tellsFirst = true; break;
                case OwnStunAttributes.Ticket when !wantsTicket:
                    ticket = attribute.Value;
                    wantsTicket = true;
                    break;
                case StunAttributeType.Lifetime when lifetime is null:
                    if (!TryReadNumber(attribute, out lifetime)) { return false; }

                    break;
                case OwnStunAttributes.Day when day is null:
                    if (!TryReadNumber(attribute, out day)) { return false; }

                    break;
                default: break;
            }
        }

        bool isRight = room.Length == RendezvousLimits.Room
            && party.Length == RendezvousLimits.Party
            && bytes.Length <= RendezvousLimits.Sealed
            && (ticket.Length is 0 or RendezvousLimits.Ticket)
            && (lifetime == 0 || !bytes.IsEmpty);
        if (!isRight) { return false; }

        request = new JoinRequest
        {
            TransactionId = message.TransactionId,
            Room = room,
            Party = party,
            Day = day,
            Sealed = bytes,
            Nonce = nonce,
            Ticket = ticket,
            WantsTicket = wantsTicket,
            IsSeeking = isSeeking,
            AnswersChecks = answersChecks,
            TellsFirst = tellsFirst,
            HidesAddress = hidesAddress,
            IsLeaving = lifetime == 0,
        };
        return true;
    }

    private static bool TryReadNumber(in StunAttribute attribute, out uint? number)
    {
        bool isRight = attribute.Value.Length == sizeof(uint);
        number = isRight ? BinaryPrimitives.ReadUInt32BigEndian(attribute.Value) : null;
        return isRight;
    }
}
