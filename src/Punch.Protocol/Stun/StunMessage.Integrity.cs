using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Punch.Protocol.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>
    /// The longest message whose integrity is checked. RFC 8489 §6.1 keeps messages within a path's MTU; this is far above, and
    /// bounds the stack and the work a stranger can ask for.
    /// </summary>
    public const int MaxAuthenticatedLength = 4096;

    /// <summary>Whether a fingerprint is there, right or wrong.</summary>
    public bool HasFingerprint => _landmarks.Fingerprint != 0;

    /// <summary>MESSAGE-INTEGRITY: its 20 bytes.</summary>
    public bool TryGetIntegrity(out ReadOnlySpan<byte> mac) =>
        TryGetValue(StunAttributeType.MessageIntegrity, out mac) && mac.Length == StunIntegrity.Sha1Length;

    /// <summary>MESSAGE-INTEGRITY-SHA256: 16 to 32 bytes, a multiple of four.</summary>
    public bool TryGetIntegritySha256(out ReadOnlySpan<byte> mac) =>
        TryGetValue(StunAttributeType.MessageIntegritySha256, out mac) && StunIntegrity.IsSha256Length(mac.Length);

    /// <summary>Whether FINGERPRINT is there and right: then the datagram is STUN beyond reasonable doubt. It proves no identity.</summary>
    public bool HasValidFingerprint()
    {
        int at = _landmarks.Fingerprint;
        // it is the last attribute, so the length field already counts it: RFC 8489 §14.7
        return at != 0
            && TryGetUInt32(StunAttributeType.Fingerprint, out uint received)
            && received == StunIntegrity.Fingerprint(_bytes[..at]);
    }

    /// <summary>Whether MESSAGE-INTEGRITY is there and made with this key: RFC 8489 §14.5. False beyond <see cref="MaxAuthenticatedLength"/>.</summary>
    /// <param name="key">From <see cref="StunCredentials"/>.</param>
    public bool HasValidIntegrity(ReadOnlySpan<byte> key)
    {
        int at = _landmarks.Integrity;
        if (at is 0 or > MaxAuthenticatedLength || !TryGetIntegrity(out ReadOnlySpan<byte> received)) { return false; }

        Span<byte> covered = stackalloc byte[at];
        CopyCovered(covered, received.Length);
        Span<byte> expected = stackalloc byte[StunIntegrity.Sha1Length];
        StunIntegrity.Sha1(key, covered, expected);
        return CryptographicOperations.FixedTimeEquals(received, expected);
    }

    /// <summary>Whether MESSAGE-INTEGRITY-SHA256 is there and made with this key: RFC 8489 §14.6. False beyond <see cref="MaxAuthenticatedLength"/>.</summary>
    /// <param name="key">From <see cref="StunCredentials"/>.</param>
    /// <param name="shortest">The fewest bytes to accept, 16 to 32: a shorter one is only allowed where both sides have agreed on it.</param>
    public bool HasValidIntegritySha256(ReadOnlySpan<byte> key, int shortest = StunIntegrity.Sha256Length)
    {
        int at = _landmarks.IntegritySha256;
        if (at is 0 or > MaxAuthenticatedLength || !TryGetIntegritySha256(out ReadOnlySpan<byte> received)) { return false; }

        if (received.Length < shortest) { return false; }

        Span<byte> covered = stackalloc byte[at];
        CopyCovered(covered, received.Length);
        Span<byte> expected = stackalloc byte[StunIntegrity.Sha256Length];
        StunIntegrity.Sha256(key, covered, expected);
        return CryptographicOperations.FixedTimeEquals(received, expected[..received.Length]);
    }

    /// <summary>The bytes before an integrity attribute, with the length field as if the message ended with that attribute.</summary>
    private void CopyCovered(Span<byte> covered, int macLength)
    {
        _bytes[..covered.Length].CopyTo(covered);
        int end = covered.Length + StunAttribute.HeaderLength + macLength;
        BinaryPrimitives.WriteUInt16BigEndian(covered[2..], (ushort)(end - HeaderLength));
    }
}
