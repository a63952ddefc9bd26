using System.Net.Sockets;

namespace Punch.Protocol.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>
    /// The client's address as the server saw it, from whichever attribute carries it: XOR-MAPPED-ADDRESS, its draft number 0x8020, and
    /// last MAPPED-ADDRESS, which some address-rewriting boxes change on the way.
    /// </summary>
    public bool TryGetReflexiveAddress(out TransportAddress address) =>
        TryGetXorMappedAddress(out address) || TryGetMappedAddress(out address);

    /// <summary>XOR-MAPPED-ADDRESS, RFC 8489 §14.2, or the same under its draft number 0x8020.</summary>
    public bool TryGetXorMappedAddress(out TransportAddress address) =>
        TryGetXorAddress(StunAttributeType.XorMappedAddress, out address)
        || TryGetXorAddress(OwnStunAttributes.DraftXorMappedAddress, out address);

    /// <summary>MAPPED-ADDRESS, RFC 8489 §14.1.</summary>
    public bool TryGetMappedAddress(out TransportAddress address) => TryGetAddress(StunAttributeType.MappedAddress, out address);

    /// <summary>ALTERNATE-SERVER, RFC 8489 §14.15: believe it only in a message with valid integrity.</summary>
    public bool TryGetAlternateServer(out TransportAddress address) => TryGetAddress(StunAttributeType.AlternateServer, out address);

    /// <summary>OTHER-ADDRESS, RFC 5780 §7.4, or CHANGED-ADDRESS as servers of RFC 3489 call it.</summary>
    public bool TryGetOtherAddress(out TransportAddress address) =>
        TryGetAddress(StunAttributeType.OtherAddress, out address) || TryGetAddress(StunAttributeType.ChangedAddress, out address);

    /// <summary>An address in the clear under any attribute type.</summary>
    public bool TryGetAddress(StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return TryGetValue(type, out ReadOnlySpan<byte> value) && StunAddress.TryRead(value, default, out address);
    }

    /// <summary>An address hidden by the cookie and the transaction id under any attribute type: RFC 8489 §14.2, RFC 8656 §18.3.</summary>
    public bool TryGetXorAddress(StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return TryGetValue(type, out ReadOnlySpan<byte> value) && StunAddress.TryRead(value, StunAddress.Mask(_bytes), out address);
    }

    /// <summary>The first address of one family among several hidden ones of the same attribute type.</summary>
    public bool TryGetXorAddress(StunAttributeType type, AddressFamily family, out TransportAddress address)
    {
        address = default;
        foreach (StunAttribute attribute in Attributes)
        {
            bool isFound = attribute.Type == type
                && StunAddress.TryRead(attribute.Value, StunAddress.Mask(_bytes), out address)
                && address.Host.Family == family;
            if (isFound) { return true; }
        }

        address = default;
        return false;
    }
}
