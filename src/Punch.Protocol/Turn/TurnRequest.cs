using Punch.Protocol.Stun;

namespace Punch.Protocol.Turn;

/// <summary>A request to a TURN server (RFC 8656), to be written.</summary>
/// <remarks>
/// <code>
/// STUN request
///   Allocate          0x003  REQUESTED-TRANSPORT 17 (UDP), then ADDITIONAL-ADDRESS-FAMILY 2 for IPv4 and IPv6,
///                            or REQUESTED-ADDRESS-FAMILY 2 for IPv6 alone
///   Refresh           0x004  LIFETIME 0 to give the allocation up
///   CreatePermission  0x008  XOR-PEER-ADDRESS
///   ChannelBind       0x009  CHANNEL-NUMBER, XOR-PEER-ADDRESS
///   then the credentials, and FINGERPRINT
/// </code>
/// </remarks>
internal readonly record struct TurnRequest(StunMethod Method, TransactionId Id)
{
    /// <summary>Bytes that hold any request: the longest user name, realm and nonce, with all that stands beside them.</summary>
    public const int MaxLength = 2048;

    private const uint Udp = 17u << 24;
    private const uint FamilyV6 = 2u << 24;

    // coturn 4 knows ADDITIONAL-ADDRESS-FAMILY by this number, and not by that of RFC 8656 §18. Either is ignored by who does not know it.
    private const StunAttributeType CoturnsAdditionalFamily = (StunAttributeType)0x8032;

    /// <summary>
    /// Whether an IPv6 address alone is asked for; for Allocate. Otherwise the server gives an IPv4 address, and an IPv6 address if it can.
    /// </summary>
    public bool WantsV6 { get; init; }

    /// <summary>Whether the allocation is given up; for Refresh.</summary>
    public bool IsLast { get; init; }

    /// <summary>The peer; for CreatePermission and ChannelBind. The port does not count for the first.</summary>
    public TransportAddress Peer { get; init; }

    /// <summary>The number to use for the peer; for ChannelBind.</summary>
    public ushort Channel { get; init; }

    /// <summary>Writes the request and returns its length; 0 if it does not fit.</summary>
    public int Write(Span<byte> destination, TurnCredentials credentials)
    {
        bool isWritten = StunWriter.TryCreate(destination, Method, StunClass.Request, Id, out StunWriter writer)
            && TryWriteWish(ref writer)
            && credentials.TryWrite(ref writer)
            && writer.TryWriteFingerprint();
        return isWritten ? writer.Length : 0;
    }

    private bool TryWriteWish(ref StunWriter writer) => Method switch
    {
        StunMethod.Allocate => writer.TryWriteUInt32(StunAttributeType.RequestedTransport, Udp) && TryWriteFamily(ref writer),
        StunMethod.Refresh => !IsLast || writer.TryWriteUInt32(StunAttributeType.Lifetime, 0),
        StunMethod.ChannelBind => writer.TryWriteUInt32(StunAttributeType.ChannelNumber, (uint)Channel << 16)
            && writer.TryWriteXorAddress(StunAttributeType.XorPeerAddress, Peer),
        _ => writer.TryWriteXorAddress(StunAttributeType.XorPeerAddress, Peer),
    };

    // RFC 8656 §7.1: never both.
    private bool TryWriteFamily(ref StunWriter writer) => WantsV6
        ? writer.TryWriteUInt32(StunAttributeType.RequestedAddressFamily, FamilyV6)
        : writer.TryWriteUInt32(StunAttributeType.AdditionalAddressFamily, FamilyV6)
            && writer.TryWriteUInt32(CoturnsAdditionalFamily, FamilyV6);
}
