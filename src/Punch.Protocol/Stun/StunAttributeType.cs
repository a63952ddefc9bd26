namespace Punch.Protocol.Stun;

/// <summary>
/// Attribute numbers by their registered names. Below 0x8000 a receiver must understand the attribute or refuse the request with 420. From
/// 0x8000 on it may ignore the attribute (RFC 8489 §14). Any number can arrive.
/// </summary>
public enum StunAttributeType : ushort
{
    /// <summary>RFC 8489 §14.1: the client's address that the server sees, unmasked.</summary>
    MappedAddress = 0x0001,

    /// <summary>RFC 5780 §7.2: reply from another address or port.</summary>
    ChangeRequest = 0x0003,

    /// <summary>RFC 3489: where the reply came from; RESPONSE-ORIGIN today.</summary>
    SourceAddress = 0x0004,

    /// <summary>RFC 3489: where a reply would come from after a change; OTHER-ADDRESS today.</summary>
    ChangedAddress = 0x0005,

    /// <summary>RFC 8489 §14.3: the user name.</summary>
    Username = 0x0006,

    /// <summary>RFC 8489 §14.5: HMAC-SHA1, 20 bytes.</summary>
    MessageIntegrity = 0x0008,

    /// <summary>RFC 8489 §14.8: why a request was refused.</summary>
    ErrorCode = 0x0009,

    /// <summary>RFC 8489 §14.13: the attributes that caused error 420.</summary>
    UnknownAttributes = 0x000A,

    /// <summary>RFC 8656 §18.1: the number of a channel.</summary>
    ChannelNumber = 0x000C,

    /// <summary>RFC 8656 §18.2: seconds.</summary>
    Lifetime = 0x000D,

    /// <summary>RFC 8656 §18.3: the peer's address.</summary>
    XorPeerAddress = 0x0012,

    /// <summary>RFC 8656 §18.4: application data.</summary>
    Data = 0x0013,

    /// <summary>RFC 8489 §14.9: the realm of the credentials.</summary>
    Realm = 0x0014,

    /// <summary>RFC 8489 §14.10: a value of the server that a request must return.</summary>
    Nonce = 0x0015,

    /// <summary>RFC 8656 §18.5: the address of the relay.</summary>
    XorRelayedAddress = 0x0016,

    /// <summary>RFC 8656 §18.6: the wanted address family.</summary>
    RequestedAddressFamily = 0x0017,

    /// <summary>RFC 8656 §18.7: asks for an even port.</summary>
    EvenPort = 0x0018,

    /// <summary>RFC 8656 §18.8: the transport between relay and peer.</summary>
    RequestedTransport = 0x0019,

    /// <summary>RFC 8656 §18.9: asks not to fragment.</summary>
    DontFragment = 0x001A,

    /// <summary>RFC 8489 §14.6: HMAC-SHA256, 16 to 32 bytes.</summary>
    MessageIntegritySha256 = 0x001C,

    /// <summary>RFC 8489 §14.12: the algorithm that the client chose.</summary>
    PasswordAlgorithm = 0x001D,

    /// <summary>RFC 8489 §14.4: SHA-256 of username and realm, 32 bytes.</summary>
    Userhash = 0x001E,

    /// <summary>RFC 8489 §14.2: the client's address that the server sees, masked against address-rewriting boxes.</summary>
    XorMappedAddress = 0x0020,

    /// <summary>RFC 8656 §18.10: a token for a reserved port.</summary>
    ReservationToken = 0x0022,

    /// <summary>RFC 8445 §7.1.1: the priority of a candidate.</summary>
    Priority = 0x0024,

    /// <summary>RFC 8445 §7.1.2: nominates a candidate pair.</summary>
    UseCandidate = 0x0025,

    /// <summary>RFC 5780 §7.6: makes a message long.</summary>
    Padding = 0x0026,

    /// <summary>RFC 5780 §7.5: reply to this port.</summary>
    ResponsePort = 0x0027,

    /// <summary>RFC 6062 §6.2.1: the id of a TCP connection to a peer.</summary>
    ConnectionId = 0x002A,

    /// <summary>RFC 8656 §18.11: a second address family.</summary>
    AdditionalAddressFamily = 0x8000,

    /// <summary>RFC 8656 §18.12: why one address family failed.</summary>
    AddressErrorCode = 0x8001,

    /// <summary>RFC 8489 §14.11: the algorithms that the server offers.</summary>
    PasswordAlgorithms = 0x8002,

    /// <summary>RFC 8489 §14.16: the domain of the alternate server.</summary>
    AlternateDomain = 0x8003,

    /// <summary>RFC 8656 §18.13: an ICMP error of the relay.</summary>
    Icmp = 0x8004,

    /// <summary>RFC 8489 §14.14: the name of the software.</summary>
    Software = 0x8022,

    /// <summary>RFC 8489 §14.15: the server to ask instead.</summary>
    AlternateServer = 0x8023,

    /// <summary>RFC 5780 §9.1: seconds.</summary>
    CacheTimeout = 0x8027,

    /// <summary>RFC 8489 §14.7: CRC-32 of the message, always last.</summary>
    Fingerprint = 0x8028,

    /// <summary>RFC 8445 §7.1.3: the sender is controlled.</summary>
    IceControlled = 0x8029,

    /// <summary>RFC 8445 §7.1.3: the sender is controlling.</summary>
    IceControlling = 0x802A,

    /// <summary>RFC 5780 §7.3: where the reply came from.</summary>
    ResponseOrigin = 0x802B,

    /// <summary>RFC 5780 §7.4: where a reply would come from after a change of address and port.</summary>
    OtherAddress = 0x802C,
}

/// <summary>Attribute numbers outside the registry.</summary>
public static class OwnStunAttributes
{
    /// <summary>XOR-MAPPED-ADDRESS under its number in drafts of RFC 5389. Old servers still send it.</summary>
    public const StunAttributeType DraftXorMappedAddress = (StunAttributeType)0x8020;

    /// <summary>
    /// Zeros that make a request as long as its reply may be. So a server can reply in full without sending more than it got. Every server
    /// may ignore it, unlike <see cref="StunAttributeType.Padding"/>.
    /// </summary>
    public const StunAttributeType Filler = (StunAttributeType)0xFF50;

    /// <summary>The other port of a server that has two ports on one address: 16 bits. RFC 5780 has no attribute for this.</summary>
    public const StunAttributeType OtherPort = (StunAttributeType)0xFF51;

    /// <summary>Rendezvous: the room, 16 bytes that are derived from the code.</summary>
    public const StunAttributeType Room = (StunAttributeType)0xFF60;

    /// <summary>Rendezvous: the party that <see cref="Sealed"/> of the same message belongs to, 16 bytes.</summary>
    public const StunAttributeType Party = (StunAttributeType)0xFF61;

    /// <summary>Rendezvous: the message of one party to the other, encrypted. The server cannot read it.</summary>
    public const StunAttributeType Sealed = (StunAttributeType)0xFF62;

    /// <summary>Rendezvous, empty: the sender has not heard its peer, so the peer must get the notice again.</summary>
    public const StunAttributeType Seek = (StunAttributeType)0xFF63;

    /// <summary>
    /// Rendezvous: proves that the sender may move a seat. 16 bytes that the server gave to the seat's proven address; empty to ask for
    /// one.
    /// </summary>
    public const StunAttributeType Ticket = (StunAttributeType)0xFF64;

    /// <summary>
    /// Rendezvous, empty. In a join: the sender answers when it is asked whether it is there. In a notice: the receiver is asked, and is to
    /// join again at once.
    /// </summary>
    public const StunAttributeType Check = (StunAttributeType)0xFF65;

    /// <summary>
    /// Rendezvous: a day, in days since the beginning of 1970 in UTC. In a join: the one that its room is of. In a reply: what day it is on
    /// the server.
    /// </summary>
    public const StunAttributeType Day = (StunAttributeType)0xFF66;

    /// <summary>
    /// Rendezvous, empty, in a small join: where the answer has no room for both, the other party is to be told rather than the sender.
    /// </summary>
    public const StunAttributeType Tell = (StunAttributeType)0xFF67;

    /// <summary>Empty, in a join: the other party is not told the addresses of the sender.</summary>
    public const StunAttributeType Hide = (StunAttributeType)0xFF68;

    /// <summary>In a greeting: the transaction id of the last greeting that came from there, 12 bytes.</summary>
    public const StunAttributeType Heard = (StunAttributeType)0xFF69;

    /// <summary>Relay: what a session may use, 12 bytes: bytes a second in each direction, and bytes in all; 0 for no limit.</summary>
    public const StunAttributeType Limits = (StunAttributeType)0xFF70;

    /// <summary>Relay: why the server sends a notice, 32 bits.</summary>
    public const StunAttributeType Reason = (StunAttributeType)0xFF71;

    /// <summary>Whether a receiver that does not know this attribute has to refuse the message: RFC 8489 §14.</summary>
    public static bool IsComprehensionRequired(this StunAttributeType type) => (ushort)type < 0x8000;
}
