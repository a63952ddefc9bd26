namespace Punch.Protocol.Stun;

/// <summary>
/// The method of a STUN message: 12 bits, RFC 8489 §5. Any number in 0..0xFFF can arrive. Those above 0xFF are never used, because their
/// first byte would collide with other protocols on the same port (RFC 7983).
/// </summary>
public enum StunMethod : ushort
{
    /// <summary>RFC 8489 §3: asks which address the server sees.</summary>
    Binding = 0x001,

    /// <summary>RFC 8656 §7: asks for a relayed address.</summary>
    Allocate = 0x003,

    /// <summary>RFC 8656 §8: keeps or gives up an allocation.</summary>
    Refresh = 0x004,

    /// <summary>RFC 8656 §11: data from the client to a peer; an indication.</summary>
    Send = 0x006,

    /// <summary>RFC 8656 §11: data from a peer to the client; an indication.</summary>
    Data = 0x007,

    /// <summary>RFC 8656 §10: allows a peer to send to the relayed address.</summary>
    CreatePermission = 0x008,

    /// <summary>RFC 8656 §12: a short header for one peer's data.</summary>
    ChannelBind = 0x009,
}

/// <summary>The method numbers that this project uses for its rendezvous messages. IANA has assigned none of them.</summary>
public static class OwnStunMethods
{
    /// <summary>The first number of the range.</summary>
    public const StunMethod First = (StunMethod)0x0E0;

    /// <summary>The last number of the range, which is the last that RFC 7983 leaves to STUN.</summary>
    public const StunMethod Last = (StunMethod)0x0FF;

    /// <summary>A party asks to be in a room: request, success and error.</summary>
    public const StunMethod Join = First;

    /// <summary>The server notifies a waiting party of the other one; an indication.</summary>
    public const StunMethod PeerNotice = (StunMethod)0x0E1;

    /// <summary>A party binds a leg of a relayed session: request, success and error.</summary>
    public const StunMethod Bind = (StunMethod)0x0E2;

    /// <summary>The server tells both legs of a limit, or that it stops; an indication.</summary>
    public const StunMethod RelayNotice = (StunMethod)0x0E3;

    /// <summary>A party says hello to its peer, without a server; an indication.</summary>
    public const StunMethod Greeting = (StunMethod)0x0E4;
}

/// <summary>The class of a message: two bits, RFC 8489 §5.</summary>
public enum StunClass : byte
{
    /// <summary>A request, which asks for a reply.</summary>
    Request = 0b00,

    /// <summary>An indication, which gets no reply.</summary>
    Indication = 0b01,

    /// <summary>The reply to a request that was granted.</summary>
    Success = 0b10,

    /// <summary>The reply to a request that was refused.</summary>
    Error = 0b11,
}
