using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Stun;

/// <summary>Checks the fingerprint and the integrity of a message, RFC 8489 §14.5 to §14.7.</summary>
public static class StunIntegrityCheck
{
    /// <summary>
    /// The longest message whose integrity is checked, in bytes. RFC 8489 §6.1 keeps messages within a path's MTU. This limit is far above,
    /// and limits the stack and the work that a stranger can cause.
    /// </summary>
    public const int MaxAuthenticatedLength = 4096;

    /// <summary>Reads MESSAGE-INTEGRITY: 20 bytes.</summary>
    public static bool TryGetIntegrity(this in StunMessage message, out ReadOnlySpan<byte> mac) =>
        message.TryGetValue(StunAttributeType.MessageIntegrity, out mac) && mac.Length == StunIntegrity.Sha1Length;

    /// <summary>Reads MESSAGE-INTEGRITY-SHA256: 16 to 32 bytes, a multiple of four.</summary>
    public static bool TryGetIntegritySha256(this in StunMessage message, out ReadOnlySpan<byte> mac) =>
        message.TryGetValue(StunAttributeType.MessageIntegritySha256, out mac) && StunIntegrity.IsSha256Length(mac.Length);

    /// <summary>Whether FINGERPRINT is there and right. Then the datagram is almost certainly STUN. It proves no identity.</summary>
    public static bool HasValidFingerprint(this in StunMessage message)
    {
        int at = message.Landmarks.Fingerprint;
        // it is the last attribute, so the length field already counts it: RFC 8489 §14.7
        return at != 0
            && message.TryGetUInt32(StunAttributeType.Fingerprint, out uint received)
            && received == StunIntegrity.Fingerprint(message.Bytes[..at]);
    }

    /// <summary>
    /// Whether MESSAGE-INTEGRITY is there and made with this key: RFC 8489 §14.5. False if the message is longer than
    /// <see cref="MaxAuthenticatedLength"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="key">A key from <see cref="StunCredentials"/>.</param>
    public static bool HasValidIntegrity(this in StunMessage message, ReadOnlySpan<byte> key)
    {
        int at = message.Landmarks.Integrity;
        if (at is 0 or > MaxAuthenticatedLength || !message.TryGetIntegrity(out ReadOnlySpan<byte> received)) { return false; }

        Span<byte> covered = stackalloc byte[at];
        CopyCovered(message, covered, received.Length);
        Span<byte> expected = stackalloc byte[StunIntegrity.Sha1Length];
        StunIntegrity.Sha1(key, covered, expected);
        return CryptographicOperations.FixedTimeEquals(received, expected);
    }

    /// <summary>
    /// Whether MESSAGE-INTEGRITY-SHA256 is there and made with this key: RFC 8489 §14.6. False if the message is longer than
    /// <see cref="MaxAuthenticatedLength"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="key">A key from <see cref="StunCredentials"/>.</param>
    /// <param name="shortest">The fewest bytes to accept, 16 to 32. Less than 32 needs an agreement of both sides.</param>
    public static bool HasValidIntegritySha256(
        this in StunMessage message, ReadOnlySpan<byte> key, int shortest = StunIntegrity.Sha256Length)
    {
        int at = message.Landmarks.IntegritySha256;
        if (at is 0 or > MaxAuthenticatedLength || !message.TryGetIntegritySha256(out ReadOnlySpan<byte> received)) { return false; }

        if (received.Length < shortest) { return false; }

        Span<byte> covered = stackalloc byte[at];
        CopyCovered(message, covered, received.Length);
        Span<byte> expected = stackalloc byte[StunIntegrity.Sha256Length];
        StunIntegrity.Sha256(key, covered, expected);
        return CryptographicOperations.FixedTimeEquals(received, expected[..received.Length]);
    }

    /// <summary>
    /// Copies the bytes before an integrity attribute, with the length field as if the message ended with that attribute.
    /// </summary>
    private static void CopyCovered(in StunMessage message, Span<byte> covered, int macLength)
    {
        message.Bytes[..covered.Length].CopyTo(covered);
        int end = covered.Length + StunAttribute.HeaderLength + macLength;
        BinaryPrimitives.WriteUInt16BigEndian(covered[2..], (ushort)(end - StunMessage.HeaderLength));
    }
}
