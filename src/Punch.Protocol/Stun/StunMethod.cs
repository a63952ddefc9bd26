namespace Punch.Protocol.Stun;

/// <summary>
/// What a STUN message is about: 12 bits, RFC 8489 §5. Any number in 0..0xFFF can arrive. Those above 0xFF are never used:
/// their first byte would collide with other protocols on the same port (RFC 7983).
/// </summary>
public enum StunMethod : ushort
{
    /// <summary>RFC 8489 §3: which address do you see me at.</summary>
    Binding = 0x001,

    /// <summary>RFC 8656 §7: a relayed address.</summary>
    Allocate = 0x003,

    /// <summary>RFC 8656 §8: keep or give up an allocation.</summary>
    Refresh = 0x004,

    /// <summary>RFC 8656 §11: data from the client to a peer; an indication.</summary>
    Send = 0x006,

    /// <summary>RFC 8656 §11: data from a peer to the client; an indication.</summary>
    Data = 0x007,

    /// <summary>RFC 8656 §10: let a peer send to the relayed address.</summary>
    CreatePermission = 0x008,

    /// <summary>RFC 8656 §12: a short header for one peer's data.</summary>
    ChannelBind = 0x009,
}

/// <summary>The block of method numbers this project uses for its own rendezvous messages; IANA has assigned none of them.</summary>
public static class OwnStunMethods
{
    /// <summary>The first of the block.</summary>
    public const StunMethod First = (StunMethod)0x0E0;

    /// <summary>The last of the block, and the last that RFC 7983 leaves to STUN.</summary>
    public const StunMethod Last = (StunMethod)0x0FF;

    /// <summary>A party asks to be in a room: request, success and error.</summary>
    public const StunMethod Join = First;

    /// <summary>The server tells a waiting party of the other one; an indication.</summary>
    public const StunMethod PeerNotice = (StunMethod)0x0E1;

    /// <summary>A party binds a leg of a relayed session: request, success and error.</summary>
    public const StunMethod Bind = (StunMethod)0x0E2;

    /// <summary>The server tells both legs of a limit, or that it stops; an indication.</summary>
    public const StunMethod RelayNotice = (StunMethod)0x0E3;
}

/// <summary>Whether a message asks, tells or answers: two bits, RFC 8489 §5.</summary>
public enum StunClass : byte
{
    /// <summary>Wants an answer.</summary>
    Request = 0b00,

    /// <summary>Wants none.</summary>
    Indication = 0b01,

    /// <summary>Answers a request that was granted.</summary>
    Success = 0b10,

    /// <summary>Answers a request that was refused.</summary>
    Error = 0b11,
}
