using System.Buffers.Text;

namespace Punch.Protocol.Stun;

/// <summary>
/// The features that a server supports, encoded in its nonce, so that an attacker on the path cannot remove them: RFC 8489 §18.1.
/// </summary>
/// <remarks>Bits count from the least significant one (erratum 6290), as the message of RFC 8489 B.1 does.</remarks>
[Flags]
public enum StunSecurityFeatures
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Bit 0: PASSWORD-ALGORITHMS.</summary>
    PasswordAlgorithms = 1 << 0,

    /// <summary>Bit 1: USERHASH in place of USERNAME.</summary>
    UsernameAnonymity = 1 << 1,
}

/// <summary>The first bytes of a nonce: <c>obMatJos2</c> and four base-64 characters with 24 feature bits. RFC 8489 §9.2.</summary>
public static class StunNonce
{
    /// <summary>Their length: cookie(9) + features(4).</summary>
    public const int PrefixLength = 13;

    private static ReadOnlySpan<byte> Cookie => "obMatJos2"u8;

    /// <summary>Reads the features in a nonce; false if it does not begin that way, as with servers before RFC 8489.</summary>
    public static bool TryGetFeatures(ReadOnlySpan<byte> nonce, out StunSecurityFeatures features)
    {
        features = StunSecurityFeatures.None;
        if (nonce.Length < PrefixLength || !nonce.StartsWith(Cookie)) { return false; }

        Span<byte> bits = stackalloc byte[3];
        Base64.DecodeFromUtf8(nonce[Cookie.Length..PrefixLength], bits, out _, out int written);
        if (written != bits.Length) { return false; }

        features = (StunSecurityFeatures)((bits[0] << 16) | (bits[1] << 8) | bits[2]);
        return true;
    }

    /// <summary>Writes the first bytes of a nonce; false, with nothing written, if they do not fit or a feature is above bit 23.</summary>
    public static bool TryWritePrefix(Span<byte> nonce, StunSecurityFeatures features)
    {
        int number = (int)features;
        if (nonce.Length < PrefixLength || number is < 0 or > 0xFF_FFFF) { return false; }

        Cookie.CopyTo(nonce);
        ReadOnlySpan<byte> bits = [(byte)(number >> 16), (byte)((number >> 8) & 0xFF), (byte)(number & 0xFF)];
        Base64.EncodeToUtf8(bits, nonce[Cookie.Length..PrefixLength], out _, out _);
        return true;
    }
}
