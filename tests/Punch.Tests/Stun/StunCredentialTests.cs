using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunCredentialTests
{
    [Theory]
    [InlineData(StunPasswordAlgorithm.Md5, "8493fbc53ba582fb4c044c456bdc40eb")] // RFC 5389 §15.4: user:realm:pass
    [InlineData(StunPasswordAlgorithm.Sha256, "07e934117abd40836e7c6329b54731b2b2d2a5f9a71f544922d75e0730d8251b")]
    public void A_long_term_key_is_the_hash_of_user_realm_and_password(StunPasswordAlgorithm algorithm, string expected)
    {
        byte[] key = new byte[32];

        Assert.True(StunCredentials.TryGetLongTermKey(algorithm, "user"u8, "realm"u8, "pass"u8, key, out int length));
        Assert.Equal(expected, Convert.ToHexStringLower(key.AsSpan(0, length)));
    }

    [Fact]
    public void A_key_that_does_not_fit_is_not_written()
    {
        byte[] key = new byte[31];

        Assert.False(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Sha256, "user"u8, "realm"u8, "pass"u8, key, out int length));
        Assert.False(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Md5, "user"u8, "realm"u8, "pass"u8, key.AsSpan(0, 15), out length));
        Assert.False(StunCredentials.TryGetLongTermKey((StunPasswordAlgorithm)3, "user"u8, "realm"u8, "pass"u8, key, out length));
        Assert.False(StunCredentials.TryGetUserhash("user"u8, "realm"u8, key));
        Assert.Equal(0, length);
        Assert.Equal(new byte[31], key);
    }

    [Fact]
    public void Credentials_are_taken_up_to_the_limit()
    {
        byte[] key = new byte[32];
        byte[] longest = new byte[StunCredentials.MaxLength - 4]; // two separators, two letters

        Assert.True(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Md5, "u"u8, "r"u8, longest, key, out _));
        Assert.False(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Md5, "u"u8, "r"u8, [.. longest, 0], key, out _));
        Assert.True(StunCredentials.TryGetUserhash("uu"u8, [.. longest, 0], key));
        Assert.False(StunCredentials.TryGetUserhash("uu"u8, [.. longest, 0, 0], key));
    }

    [Theory]
    [InlineData("obMatJos2AAAA", 0)]
    [InlineData("obMatJos2AAAB", 1)]
    [InlineData("obMatJos2AAACrest", 2)]
    [InlineData("obMatJos2AAAD", 3)]
    [InlineData("obMatJos2////", 0xFFFFFF)]
    public void A_nonce_names_the_features_of_its_server(string nonce, int expected)
    {
        Assert.True(StunNonce.TryGetFeatures(System.Text.Encoding.ASCII.GetBytes(nonce), out StunSecurityFeatures features));
        Assert.Equal(expected, (int)features);

        byte[] prefix = new byte[StunNonce.PrefixLength];
        Assert.True(StunNonce.TryWritePrefix(prefix, features));
        Assert.Equal(nonce[..13], System.Text.Encoding.ASCII.GetString(prefix));
    }

    [Theory]
    [InlineData("")]
    [InlineData("obMatJos2")]
    [InlineData("obMatJos2AAA")]
    [InlineData("obMatJos2AAA=")]
    [InlineData("obMatJos2AA==")]
    [InlineData("obMatJos2 AAA")]
    [InlineData("obMatJos2!!!!")]
    [InlineData("obMatJos3AAAA")]
    [InlineData("obmatjos2AAAA")]
    public void A_nonce_without_the_prefix_has_no_features(string nonce)
    {
        Assert.False(StunNonce.TryGetFeatures(System.Text.Encoding.ASCII.GetBytes(nonce), out StunSecurityFeatures features));
        Assert.Equal(StunSecurityFeatures.None, features);
    }

    [Fact]
    public void A_prefix_that_does_not_fit_is_not_written()
    {
        byte[] nonce = new byte[13];

        Assert.False(StunNonce.TryWritePrefix(nonce.AsSpan(0, 12), StunSecurityFeatures.None));
        Assert.False(StunNonce.TryWritePrefix(nonce, (StunSecurityFeatures)0x1000000));
        Assert.False(StunNonce.TryWritePrefix(nonce, (StunSecurityFeatures)(-1)));
        Assert.Equal(new byte[13], nonce);
    }
}
