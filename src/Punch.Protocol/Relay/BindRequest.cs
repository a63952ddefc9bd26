using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Relay;

/// <summary>
/// A party's request that the server relay sealed frames between its address and that of the other party in the room: a view of a
/// received message, or what is to be written. Only the proven address of a seat may ask, and no message names any other address.
/// It always has <see cref="Length"/> bytes, so no reply is longer.
/// </summary>
/// <remarks>
/// <code>
/// STUN request, method 0x0E2
///   ROOM     0xFF60  16 bytes
///   PARTY    0xFF61  16 bytes: the sender
///   NONCE    0x0015  what the server gave, if it gave one
///   LIFETIME 0x000D  seconds, only 0 means something: the leg is given up
///   Filler   0xFF50  zeros, up to 160 bytes in all
///   MESSAGE-INTEGRITY-SHA256  0x001C  32 bytes, for a server with a password, and its NONCE of 20 bytes at most
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly ref struct BindRequest
{
    /// <summary>Bytes of every request.</summary>
    public const int Length = 160;

    private const int FingerprintLength = StunAttribute.HeaderLength + StunIntegrity.FingerprintLength;

    private static readonly StunAttributeType[] Understood =
        [StunAttributeType.Lifetime, StunAttributeType.Nonce, StunAttributeType.MessageIntegritySha256];

    /// <summary>Ties the reply to this request: 96 random bits.</summary>
    public TransactionId TransactionId { get; init; }

    /// <summary>The room, 16 bytes.</summary>
    public ReadOnlySpan<byte> Room { get; init; }

    /// <summary>The sender, 16 bytes.</summary>
    public ReadOnlySpan<byte> Party { get; init; }

    /// <summary>The server's own, at most 64 bytes; empty for none.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>What the request is written with, if the server asks for it; a request that was read has none.</summary>
    public ServerPassword? Password { get; init; }

    /// <summary>Whether the sender gives up its leg.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether a datagram looks like such a request, by its length and its first two bytes.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> datagram) => datagram.Length == Length && datagram[0] == 0x02 && datagram[1] == 0xC2;

    /// <summary>Reads a datagram; false when it is no such request, or lacks what it must have.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out BindRequest request)
    {
        request = default;
        if (!IsLikely(datagram) || StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None) { return false; }

        Span<StunAttributeType> unknown = stackalloc StunAttributeType[1];
        if (!message.HasValidFingerprint() || message.ListUnknown(Understood, unknown) != 0) { return false; }

        message.TryGetValue(OwnStunAttributes.Room, out ReadOnlySpan<byte> room);
        message.TryGetValue(OwnStunAttributes.Party, out ReadOnlySpan<byte> party);
        if (room.Length != RendezvousLimits.Room || party.Length != RendezvousLimits.Party) { return false; }

        bool hasNonce = message.TryGetValue(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce);
        request = new BindRequest
        {
            TransactionId = message.TransactionId,
            Room = room,
            Party = party,
            Nonce = hasNonce ? nonce : default,
            IsLeaving = message.TryGetUInt32(StunAttributeType.Lifetime, out uint lifetime) && lifetime == 0,
        };
        return true;
    }

    /// <summary>Writes the request.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes; as many are written.</param>
    /// <returns>False when it is shorter, or a value has a length that it may not have.</returns>
    public bool TryWrite(Span<byte> destination)
    {
        bool isRight = Room.Length == RendezvousLimits.Room
            && Party.Length == RendezvousLimits.Party
            && Nonce.Length <= RendezvousLimits.Nonce;
        return isRight
            && StunWriter.TryCreate(destination, OwnStunMethods.Bind, StunClass.Request, TransactionId, out StunWriter writer)
            && writer.TryWrite(OwnStunAttributes.Room, Room)
            && writer.TryWrite(OwnStunAttributes.Party, Party)
            && (Nonce.IsEmpty || writer.TryWriteNonce(Nonce))
            && (!IsLeaving || writer.TryWriteUInt32(StunAttributeType.Lifetime, 0))
            && writer.TryWriteFillerUpTo(Length - FingerprintLength - (Password is null ? 0 : ServerPassword.AttributeLength))
            && (Password is null || Password.TryWrite(ref writer))
            && writer.TryWriteFingerprint();
    }
}
