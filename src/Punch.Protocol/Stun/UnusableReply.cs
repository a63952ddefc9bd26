namespace Punch.Protocol.Stun;

/// <summary>Why a received datagram is not a usable reply.</summary>
public enum UnusableKind
{
    /// <summary>The server answers with an error.</summary>
    Error,

    /// <summary>It is a success without an address, or with an address that no host can have.</summary>
    NoAddress,

    /// <summary>It comes from a place that was not asked.</summary>
    OtherSource,

    /// <summary>Its fingerprint is wrong.</summary>
    WrongFingerprint,

    /// <summary>It is incomplete, or its lengths do not fit.</summary>
    Malformed,

    /// <summary>It is another protocol.</summary>
    NotStun,

    /// <summary>It answers another request.</summary>
    OtherRequest,

    /// <summary>It is a STUN message, but not a reply.</summary>
    NotAnAnswer,
}

/// <summary>A datagram from a server, or in its name, that is not a usable reply. Anyone can forge it.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="From">The source address.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Bytes">Its first bytes, at most <see cref="MaxBytes"/>.</param>
public sealed record UnusableReply(UnusableKind Kind, TransportAddress From, int Length, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>How many bytes are kept.</summary>
    public const int MaxBytes = 64;

    /// <summary>The error code, 300 to 699; null unless it is an error reply with a code.</summary>
    public StunErrorCode? Code { get; init; }

    /// <summary>The server to ask instead, in a 300; RFC 8489 §10.</summary>
    public TransportAddress? Alternate { get; init; }

    /// <summary>Why a datagram is not a usable reply to a request; null if it is one, or is not from the server.</summary>
    /// <param name="datagram">The datagram at the socket that asked.</param>
    /// <param name="server">The server that was asked.</param>
    /// <param name="id">The request.</param>
    /// <param name="method">Its method.</param>
    /// <param name="isUsable">Whether a success that fits can be used.</param>
    internal static UnusableReply? Of(
        in Datagram datagram, TransportAddress server, TransactionId id, StunMethod method, bool isUsable)
    {
        bool isFromServer = datagram.From == server;
        if (!isFromServer && !Names(datagram.Payload, id)) { return null; }

        StunParseError error = StunMessage.Parse(datagram.Payload, out StunMessage message);
        if (error != StunParseError.None) { return Create(IsOther(error) ? UnusableKind.NotStun : UnusableKind.Malformed, datagram); }

        if (message.HasFingerprint && !message.HasValidFingerprint()) { return Create(UnusableKind.WrongFingerprint, datagram); }

        if (message.Method != method || message.Class is not (StunClass.Success or StunClass.Error))
        {
            return Create(UnusableKind.NotAnAnswer, datagram);
        }

        if (message.TransactionId != id) { return Create(UnusableKind.OtherRequest, datagram); }

        if (!isFromServer) { return Create(UnusableKind.OtherSource, datagram); }

        if (message.Class == StunClass.Error) { return Create(UnusableKind.Error, datagram).With(message); }

        return isUsable ? null : Create(UnusableKind.NoAddress, datagram);
    }

    private static bool Names(ReadOnlySpan<byte> payload, TransactionId id) =>
        payload.Length >= StunMessage.HeaderLength
        && TransactionId.FromBytes(payload.Slice(StunMessage.TransactionIdOffset, TransactionId.Length)) == id;

    private static bool IsOther(StunParseError error) => error is StunParseError.NotStun or StunParseError.NoCookie;

    private static UnusableReply Create(UnusableKind kind, in Datagram datagram) => new(
        kind, datagram.From, datagram.Payload.Length, datagram.Payload[..Math.Min(datagram.Payload.Length, MaxBytes)].ToArray());

    private UnusableReply With(in StunMessage message) => this with
    {
        Code = message.TryGetErrorCode(out StunErrorCode code, out _) ? code : null,
        Alternate = message.TryGetAlternateServer(out TransportAddress alternate) ? alternate : null,
    };
}
