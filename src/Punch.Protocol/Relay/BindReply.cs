using System.Buffers.Binary;
using Punch.Protocol.Rendezvous;
using Punch.Protocol.Stun;

namespace Punch.Protocol.Relay;

/// <summary>A server's reply to a <see cref="BindRequest"/>: a view of a received message, or what is to be written.</summary>
/// <remarks>
/// <code>
/// STUN success, method 0x0E2
///   LIFETIME  seconds the leg is kept without another request or frame (0: it is given up)
///   LIMITS    0xFF70  4 bytes a second in each direction, 8 bytes the volume; 0 for no limit
///   NONCE     a newer one to ask with
///   FINGERPRINT
/// STUN error, method 0x0E2
///   ERROR-CODE  400, 401 the server has a password, 403 this server relays nothing, 437 the sender has no seat in that room at this
///               address, 438 ask again with this NONCE, 486 the network of the sender has its share, 508 no room for another session
///   NONCE       with 438
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly ref struct BindReply
{
    /// <summary>Ties the reply to its request.</summary>
    public TransactionId TransactionId { get; init; }

    /// <summary>Why it was refused; null when it was granted.</summary>
    public StunErrorCode? Error { get; init; }

    /// <summary>How long the leg is kept, in whole seconds; zero when it is given up.</summary>
    public TimeSpan Lifetime { get; init; }

    /// <summary>What the session may use.</summary>
    public RelayLimits Limits { get; init; }

    /// <summary>A nonce to use from now on, at most 64 bytes; empty when the old one will do.</summary>
    public ReadOnlySpan<byte> Nonce { get; init; }

    /// <summary>Reads a datagram; false when it is no such reply, has no right fingerprint or lacks what it must have.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out BindReply reply)
    {
        reply = default;
        if (StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None || message.Method != OwnStunMethods.Bind)
        {
            return false;
        }

        if (message.Class is not (StunClass.Success or StunClass.Error) || !message.HasValidFingerprint()) { return false; }

        bool hasNonce = message.TryGetValue(StunAttributeType.Nonce, out ReadOnlySpan<byte> nonce);
        if (hasNonce && nonce.Length > RendezvousLimits.Nonce) { return false; }

        StunErrorCode code = default;
        bool isError = message.Class == StunClass.Error;
        if (isError && (!message.TryGetErrorCode(out code, out _) || (code == StunErrorCode.StaleNonce && nonce.IsEmpty))) { return false; }

        bool hasLifetime = message.TryGetUInt32(StunAttributeType.Lifetime, out uint seconds);
        if (!isError && !hasLifetime) { return false; }

        reply = new BindReply
        {
            TransactionId = message.TransactionId,
            Error = isError ? code : null,
            Lifetime = TimeSpan.FromSeconds(seconds),
            Limits = ReadLimits(message),
            Nonce = nonce,
        };
        return true;
    }

    /// <summary>Writes the reply; false when it does not fit.</summary>
    /// <param name="destination"><see cref="BindRequest.Length"/> bytes hold any.</param>
    /// <param name="length">Bytes of it.</param>
    public bool TryWrite(Span<byte> destination, out int length)
    {
        StunClass kind = Error is null ? StunClass.Success : StunClass.Error;
        bool isWritten = StunWriter.TryCreate(destination, OwnStunMethods.Bind, kind, TransactionId, out StunWriter writer)
            && (Error is { } error ? writer.TryWriteErrorCode(error) : TryWriteGrant(ref writer))
            && (Nonce.IsEmpty || writer.TryWriteNonce(Nonce))
            && writer.TryWriteFingerprint();
        length = isWritten ? writer.Length : 0;
        return isWritten;
    }

    private bool TryWriteGrant(ref StunWriter writer)
    {
        Span<byte> limits = stackalloc byte[RelayLimits.Length];
        BinaryPrimitives.WriteUInt32BigEndian(limits, Limits.BytesPerSecond);
        BinaryPrimitives.WriteUInt64BigEndian(limits[sizeof(uint)..], Limits.Volume);
        return writer.TryWriteUInt32(StunAttributeType.Lifetime, (uint)Lifetime.TotalSeconds)
            && writer.TryWrite(OwnStunAttributes.Limits, limits);
    }

    private static RelayLimits ReadLimits(in StunMessage message) =>
        message.TryGetValue(OwnStunAttributes.Limits, out ReadOnlySpan<byte> limits) && limits.Length == RelayLimits.Length
            ? new RelayLimits(BinaryPrimitives.ReadUInt32BigEndian(limits), BinaryPrimitives.ReadUInt64BigEndian(limits[sizeof(uint)..]))
            : default;
}
