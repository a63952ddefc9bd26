using System.Text;
using Xunit;

namespace Punch.Tests.Stun;

/// <summary>
/// RFC 5769 and RFC 8489 appendix B, decoded and verified, but not encoded again: the vectors pad with spaces, this codec with zeros.
/// </summary>
public sealed class StunVectorTests
{
    private const string Katakana = "マトリックス";

    private static readonly byte[] Password = Encoding.ASCII.GetBytes("VOkJxbRl1RmTxUk/WvJxBt");

    [Fact]
    public void RFC_5769_2_1_request()
    {
        StunMessage message = Parsed("rfc5769-2.1-request");

        Assert.Equal(StunMethod.Binding, message.Method);
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal("b7e7a701bc34d686fa87dfae", message.TransactionId.ToString());
        Assert.True(message.TryGetSoftware(out ReadOnlySpan<byte> software));
        Assert.Equal("STUN test client", Encoding.UTF8.GetString(software));
        Assert.True(message.TryGetUsername(out ReadOnlySpan<byte> username));
        Assert.Equal("evtj:h6vY", Encoding.UTF8.GetString(username));
        Assert.True(message.TryGetUInt32(StunAttributeType.Priority, out uint priority));
        Assert.Equal(0x6E0001FFu, priority);
        Assert.True(message.TryGetValue(StunAttributeType.IceControlled, out ReadOnlySpan<byte> tieBreaker));
        Assert.Equal("932FF9B151263B36", Convert.ToHexString(tieBreaker));
        Assert.True(message.HasValidIntegrity(Password));
        Assert.True(message.HasValidFingerprint());
    }

    [Theory]
    [InlineData("rfc5769-2.2-ipv4-response", "192.0.2.1:32853")]
    [InlineData("rfc5769-2.3-ipv6-response", "[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    public void RFC_5769_2_2_and_2_3_responses(string name, string mapped)
    {
        StunMessage message = Parsed(name);

        Assert.Equal(StunMethod.Binding, message.Method);
        Assert.Equal(StunClass.Success, message.Class);
        Assert.True(message.TryGetSoftware(out ReadOnlySpan<byte> software));
        Assert.Equal("test vector", Encoding.UTF8.GetString(software));
        Assert.True(message.TryGetXorMappedAddress(out TransportAddress address));
        Assert.Equal(mapped, address.ToString());
        Assert.True(message.HasValidIntegrity(Password));
        Assert.True(message.HasValidFingerprint());
    }

    [Fact]
    public void RFC_5769_2_4_request_with_long_term_credentials()
    {
        StunMessage message = Parsed("rfc5769-2.4-long-term");
        byte[] key = new byte[StunCredentials.MaxKeyLength];

        Assert.True(message.TryGetUsername(out ReadOnlySpan<byte> username));
        Assert.Equal(Katakana, Encoding.UTF8.GetString(username));
        Assert.True(message.TryGetRealm(out ReadOnlySpan<byte> realm));
        Assert.True(message.TryGetNonce(out ReadOnlySpan<byte> nonce));
        Assert.Equal("f//499k954d6OL34oL9FSTvy64sA", Encoding.UTF8.GetString(nonce));
        Assert.False(StunNonce.TryGetFeatures(nonce, out _));
        Assert.True(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Md5, username, realm, "TheMatrIX"u8, key, out int length));
        Assert.Equal("E8CA7AD59D5EB0518E312911D2DAB2A9", Convert.ToHexString(key, 0, length));
        Assert.True(message.HasValidIntegrity(key.AsSpan(0, length)));
        Assert.False(message.HasFingerprint);
    }

    [Fact]
    public void RFC_8489_B_1_request_with_userhash()
    {
        StunMessage message = Parsed("rfc8489-b.1-userhash");
        byte[] username = Encoding.UTF8.GetBytes(Katakana);
        byte[] key = new byte[StunCredentials.MaxKeyLength];
        byte[] hash = new byte[32];

        Assert.True(message.TryGetRealm(out ReadOnlySpan<byte> realm));
        Assert.True(message.TryGetUserhash(out ReadOnlySpan<byte> received));
        Assert.True(StunCredentials.TryGetUserhash(username, realm, hash));
        Assert.Equal(hash, received.ToArray());
        Assert.True(message.TryGetNonce(out ReadOnlySpan<byte> nonce));
        Assert.True(StunNonce.TryGetFeatures(nonce, out StunSecurityFeatures features));
        Assert.Equal(StunSecurityFeatures.UsernameAnonymity, features);

        // without PASSWORD-ALGORITHM in the message the key is the MD5 one
        Assert.True(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Md5, username, realm, "TheMatrIX"u8, key, out int length));
        Assert.True(message.HasValidIntegritySha256(key.AsSpan(0, length)));
        Assert.True(StunCredentials.TryGetLongTermKey(StunPasswordAlgorithm.Sha256, username, realm, "TheMatrIX"u8, key, out length));
        Assert.False(message.HasValidIntegritySha256(key.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("rfc5769-2.1-request")]
    [InlineData("rfc5769-2.2-ipv4-response")]
    [InlineData("rfc5769-2.3-ipv6-response")]
    public void One_changed_bit_before_the_integrity_breaks_it(string name)
    {
        byte[] vector = StunData.Vector(name);
        int integrityAt = vector.Length - 32;
        for (int bit = 0; bit < 8 * integrityAt; bit++)
        {
            byte[] changed = [.. vector];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            bool isValid = StunMessage.Parse(changed, out StunMessage message) == StunParseError.None && message.HasValidIntegrity(Password);

            Assert.False(isValid, $"bit {bit}");
        }
    }

    private static StunMessage Parsed(string name)
    {
        Assert.Equal(StunParseError.None, StunMessage.Parse(StunData.Vector(name), out StunMessage message));
        return message;
    }
}
