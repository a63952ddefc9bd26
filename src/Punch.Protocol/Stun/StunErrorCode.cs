namespace Punch.Protocol.Stun;

/// <summary>Why a request was refused, as registered. Any number in 300..699 can arrive.</summary>
public enum StunErrorCode : ushort
{
    /// <summary>RFC 8489 §10: ask the server in ALTERNATE-SERVER.</summary>
    TryAlternate = 300,

    /// <summary>RFC 8489 §14.8: malformed; do not repeat it unchanged.</summary>
    BadRequest = 400,

    /// <summary>RFC 8489 §9.2.4: repeat with credentials.</summary>
    Unauthenticated = 401,

    /// <summary>RFC 8656 §19.</summary>
    Forbidden = 403,

    /// <summary>RFC 8016 §3.4.</summary>
    MobilityForbidden = 405,

    /// <summary>RFC 8489 §6.3.1: UNKNOWN-ATTRIBUTES lists the attributes.</summary>
    UnknownAttribute = 420,

    /// <summary>RFC 8656 §19.</summary>
    AllocationMismatch = 437,

    /// <summary>RFC 8489 §9.2.5: repeat at once with the nonce of this reply.</summary>
    StaleNonce = 438,

    /// <summary>RFC 8656 §19.</summary>
    AddressFamilyNotSupported = 440,

    /// <summary>RFC 8656 §19.</summary>
    WrongCredentials = 441,

    /// <summary>RFC 8656 §19.</summary>
    UnsupportedTransportProtocol = 442,

    /// <summary>RFC 8656 §19.</summary>
    PeerAddressFamilyMismatch = 443,

    /// <summary>RFC 6062 §6.3.</summary>
    ConnectionAlreadyExists = 446,

    /// <summary>RFC 6062 §6.3.</summary>
    ConnectionTimeoutOrFailure = 447,

    /// <summary>RFC 8656 §19.</summary>
    AllocationQuotaReached = 486,

    /// <summary>RFC 8445 §7.3.1.1.</summary>
    RoleConflict = 487,

    /// <summary>RFC 8489 §14.8: a temporary failure; try again.</summary>
    ServerError = 500,

    /// <summary>RFC 8656 §19.</summary>
    InsufficientCapacity = 508,
}

/// <summary>The registered reason phrases.</summary>
public static class StunErrorCodes
{
    /// <summary>The registered phrase, for people; empty for a code without one. This program sends no phrases.</summary>
    public static string Reason(this StunErrorCode code) => code switch
    {
        StunErrorCode.TryAlternate => "Try Alternate",
        StunErrorCode.BadRequest => "Bad Request",
        StunErrorCode.Unauthenticated => "Unauthenticated",
        StunErrorCode.Forbidden => "Forbidden",
        StunErrorCode.MobilityForbidden => "Mobility Forbidden",
        StunErrorCode.UnknownAttribute => "Unknown Attribute",
        StunErrorCode.AllocationMismatch => "Allocation Mismatch",
        StunErrorCode.StaleNonce => "Stale Nonce",
        StunErrorCode.AddressFamilyNotSupported => "Address Family not Supported",
        StunErrorCode.WrongCredentials => "Wrong Credentials",
        StunErrorCode.UnsupportedTransportProtocol => "Unsupported Transport Protocol",
        StunErrorCode.PeerAddressFamilyMismatch => "Peer Address Family Mismatch",
        StunErrorCode.ConnectionAlreadyExists => "Connection Already Exists",
        StunErrorCode.ConnectionTimeoutOrFailure => "Connection Timeout or Failure",
        StunErrorCode.AllocationQuotaReached => "Allocation Quota Reached",
        StunErrorCode.RoleConflict => "Role Conflict",
        StunErrorCode.ServerError => "Server Error",
        StunErrorCode.InsufficientCapacity => "Insufficient Capacity",
        _ => "", // a peer may send any number
    };
}
