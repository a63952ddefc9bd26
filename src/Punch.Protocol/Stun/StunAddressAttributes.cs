using System.Net.Sockets;

namespace Punch.Protocol.Stun;

/// <summary>The addresses in a message. Each getter is false if the attribute is absent or its value malformed.</summary>
public static class StunAddressAttributes
{
    /// <summary>
    /// The client's address that the server saw, from the first of these attributes: XOR-MAPPED-ADDRESS, its draft number 0x8020,
    /// MAPPED-ADDRESS. Some address-rewriting boxes change the last one on the way.
    /// </summary>
    public static bool TryGetReflexiveAddress(this in StunMessage message, out TransportAddress address) =>
        message.TryGetXorMappedAddress(out address) || message.TryGetMappedAddress(out address);

    /// <summary>XOR-MAPPED-ADDRESS, RFC 8489 §14.2, or the same under its draft number 0x8020.</summary>
    public static bool TryGetXorMappedAddress(this in StunMessage message, out TransportAddress address) =>
        message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out address)
        || message.TryGetXorAddress(OwnStunAttributes.DraftXorMappedAddress, out address);

    /// <summary>MAPPED-ADDRESS, RFC 8489 §14.1.</summary>
    public static bool TryGetMappedAddress(this in StunMessage message, out TransportAddress address) =>
        message.TryGetAddress(StunAttributeType.MappedAddress, out address);

    /// <summary>ALTERNATE-SERVER, RFC 8489 §14.15. Trust it only in a message with valid integrity.</summary>
    public static bool TryGetAlternateServer(this in StunMessage message, out TransportAddress address) =>
        message.TryGetAddress(StunAttributeType.AlternateServer, out address);

    /// <summary>OTHER-ADDRESS, RFC 5780 §7.4, which servers of RFC 3489 call CHANGED-ADDRESS.</summary>
    public static bool TryGetOtherAddress(this in StunMessage message, out TransportAddress address) =>
        message.TryGetAddress(StunAttributeType.OtherAddress, out address)
        || message.TryGetAddress(StunAttributeType.ChangedAddress, out address);

    /// <summary>A plain address under any attribute type.</summary>
    public static bool TryGetAddress(this in StunMessage message, StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return message.TryGetValue(type, out ReadOnlySpan<byte> value) && StunAddress.TryRead(value, default, out address);
    }

    /// <summary>An address masked by the cookie and the transaction id under any type: RFC 8489 §14.2, RFC 8656 §18.3.</summary>
    public static bool TryGetXorAddress(this in StunMessage message, StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return message.TryGetValue(type, out ReadOnlySpan<byte> value)
            && StunAddress.TryRead(value, StunAddress.Mask(message.Bytes), out address);
    }

    /// <summary>The first address of one family among several masked ones of the same attribute type.</summary>
    public static bool TryGetXorAddress(
        this in StunMessage message, StunAttributeType type, AddressFamily family, out TransportAddress address)
    {
        address = default;
        foreach (StunAttribute attribute in message.Attributes)
        {
            bool isFound = attribute.Type == type
                && StunAddress.TryRead(attribute.Value, StunAddress.Mask(message.Bytes), out address)
                && address.Host.Family == family;
            if (isFound) { return true; }
        }

        address = default;
        return false;
    }
}
