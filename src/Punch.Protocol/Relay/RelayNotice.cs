using Punch.Protocol.Stun;

namespace Punch.Protocol.Relay;

/// <summary>What a server tells both sides of a relayed session unasked. Numbered as on the wire.</summary>
public enum RelayEvent
{
    /// <summary>Frames are dropped: the session sends faster than it may.</summary>
    RateReached = 1,

    /// <summary>The session has used up its volume, and is over.</summary>
    VolumeReached = 2,

    /// <summary>The server stops soon.</summary>
    Draining = 3,
}

/// <summary>A server's notice to the legs of a session. A view of a received message, or what is to be written.</summary>
/// <remarks>
/// <code>
/// STUN indication, method 0x0E3
///   REASON    0xFF71  4 bytes: 1 rate reached, 2 volume reached, 3 the server stops
///   LIFETIME  seconds until the session is over; absent: it goes on
///   FINGERPRINT
/// </code>
/// </remarks>
public readonly record struct RelayNotice(TransactionId TransactionId, RelayEvent Event, TimeSpan? Lifetime)
{
    /// <summary>Bytes of the longest.</summary>
    public const int MaxLength = 44;

    /// <summary>Reads a datagram; false when it is no such notice, or names no known event.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out RelayNotice notice)
    {
        notice = default;
        if (StunMessage.Parse(datagram, out StunMessage message) != StunParseError.None || message.Method != OwnStunMethods.RelayNotice)
        {
            return false;
        }

        uint reason = 0;
        bool isRight = message.Class == StunClass.Indication
            && message.HasValidFingerprint()
            && message.TryGetUInt32(OwnStunAttributes.Reason, out reason)
            && (RelayEvent)reason is >= RelayEvent.RateReached and <= RelayEvent.Draining;
        if (!isRight) { return false; }

        bool hasLifetime = message.TryGetUInt32(StunAttributeType.Lifetime, out uint seconds);
        TimeSpan? lifetime = hasLifetime ? TimeSpan.FromSeconds(seconds) : null;
        notice = new RelayNotice(message.TransactionId, (RelayEvent)reason, lifetime);
        return true;
    }

    /// <summary>Writes it; false when it does not fit.</summary>
    /// <param name="destination"><see cref="MaxLength"/> bytes hold any.</param>
    /// <param name="length">Bytes of it.</param>
    public bool TryWrite(Span<byte> destination, out int length)
    {
        bool isWritten =
            StunWriter.TryCreate(destination, OwnStunMethods.RelayNotice, StunClass.Indication, TransactionId, out StunWriter writer)
            && writer.TryWriteUInt32(OwnStunAttributes.Reason, (uint)Event)
            && (Lifetime is not { } lifetime || writer.TryWriteUInt32(StunAttributeType.Lifetime, (uint)lifetime.TotalSeconds))
            && writer.TryWriteFingerprint();
        length = isWritten ? writer.Length : 0;
        return isWritten;
    }
}
