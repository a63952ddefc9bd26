using System.Net.Sockets;

namespace Punch.Protocol.Stun;

/// <summary>The addresses in a message. Each getter is false when the attribute is absent or its value malformed.</summary>
public static class StunAddressAttributes
{
    /// <summary>
    /// The client's address as the server saw it, from whichever attribute carries it: XOR-MAPPED-ADDRESS, its draft number 0x8020, and
    /// last MAPPED-ADDRESS, which some address-rewriting boxes change on the way.
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

    /// <summary>ALTERNATE-SERVER, RFC 8489 §14.15: believe it only in a message with valid integrity.</summary>
    public static bool TryGetAlternateServer(this in StunMessage message, out TransportAddress address) =>
        message.TryGetAddress(StunAttributeType.AlternateServer, out address);

    /// <summary>OTHER-ADDRESS, RFC 5780 §7.4, or CHANGED-ADDRESS as servers of RFC 3489 call it.</summary>
    public static bool TryGetOtherAddress(this in StunMessage message, out TransportAddress address) =>
        message.TryGetAddress(StunAttributeType.OtherAddress, out address)
        || message.TryGetAddress(StunAttributeType.ChangedAddress, out address);

    /// <summary>An address in the clear under any attribute type.</summary>
    public static bool TryGetAddress(this in StunMessage message, StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return message.TryGetValue(type, out ReadOnlySpan<byte> value) && StunAddress.TryRead(value, default, out address);
    }

    /// <summary>An address hidden by the cookie and the transaction id under any type: RFC 8489 §14.2, RFC 8656 §18.3.</summary>
    public static bool TryGetXorAddress(this in StunMessage message, StunAttributeType type, out TransportAddress address)
    {
        address = default;
        return message.TryGetValue(type, out ReadOnlySpan<byte> value)
            && StunAddress.TryRead(value, StunAddress.Mask(message.Bytes), out address);
    }

    /// <summary>The first address of one family among several hidden ones of the same attribute type.</summary>
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
