namespace Punch.Protocol.Stun;

/// <summary>Why bytes are not a STUN message. Count it; never answer it.</summary>
public enum StunParseError
{
    /// <summary>They are a STUN message.</summary>
    None,

    /// <summary>Fewer bytes than a header has.</summary>
    TooShort,

    /// <summary>The first two bits are not zero: RFC 8489 §5. Another protocol on the same port.</summary>
    NotStun,

    /// <summary>The magic cookie is missing: another protocol, or a client of RFC 3489.</summary>
    NoCookie,

    /// <summary>The length field is not a multiple of four: RFC 8489 §5.</summary>
    UnalignedLength,

    /// <summary>The length field names more bytes than came.</summary>
    Truncated,

    /// <summary>The length field names fewer bytes than came.</summary>
    TrailingBytes,

    /// <summary>An attribute is longer than the rest of the message.</summary>
    AttributeTruncated,

    /// <summary>FINGERPRINT is not the last attribute: RFC 8489 §14.7.</summary>
    AttributeAfterFingerprint,
}
