using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunIntegrityTests
{
    private static readonly byte[] Key = "a key"u8.ToArray();
    private static readonly byte[] OtherKey = "b key"u8.ToArray();

    [Fact]
    public void Integrity_holds_with_its_key_and_no_other()
    {
        StunMessage message = Parsed(StunBytes.Request().With(0x0006, "user").WithIntegrity(Key).WithIntegritySha256(Key).WithFingerprint());

        Assert.True(message.HasValidIntegrity(Key));
        Assert.True(message.HasValidIntegritySha256(Key));
        Assert.True(message.HasValidFingerprint());
        Assert.False(message.HasValidIntegrity(OtherKey));
        Assert.False(message.HasValidIntegritySha256(OtherKey));
        Assert.False(message.HasValidIntegrity([]));
    }

    [Fact]
    public void A_message_without_protection_is_never_valid()
    {
        StunMessage message = Parsed(StunBytes.Request().With(0x0006, "user"));

        Assert.False(message.HasFingerprint);
        Assert.False(message.HasValidFingerprint());
        Assert.False(message.HasValidIntegrity(Key));
        Assert.False(message.HasValidIntegritySha256(Key));
        Assert.False(message.TryGetIntegrity(out _));
        Assert.False(message.TryGetIntegritySha256(out _));
    }

    [Fact]
    public void Every_bit_of_a_fingerprint_counts()
    {
        byte[] right = StunBytes.Request().WithFingerprint().ToArray();
        for (int bit = 0; bit < 32; bit++)
        {
            byte[] wrong = [.. right];
            wrong[^(1 + (bit / 8))] ^= (byte)(1 << (bit % 8));

            StunMessage.Parse(wrong, out StunMessage message);
            Assert.True(message.HasFingerprint);
            Assert.False(message.HasValidFingerprint());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void A_fingerprint_of_the_wrong_length_is_wrong(int length)
    {
        StunMessage message = Parsed(StunBytes.Request().With(0x8028, new byte[length]));

        Assert.True(message.HasFingerprint);
        Assert.False(message.HasValidFingerprint());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(32)]
    public void An_integrity_of_the_wrong_length_is_wrong(int length)
    {
        StunMessage message = Parsed(StunBytes.Request().With(0x0008, new byte[length]));

        Assert.False(message.TryGetIntegrity(out _));
        Assert.False(message.HasValidIntegrity(Key));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void A_shortened_integrity_is_accepted_only_where_the_caller_allows_it(int length)
    {
        StunMessage message = Parsed(StunBytes.Request().With(0x0006, "user").WithIntegritySha256(Key, length).WithFingerprint());

        Assert.True(message.HasValidIntegritySha256(Key, length));
        Assert.Equal(length == 32, message.HasValidIntegritySha256(Key));
        Assert.False(message.HasValidIntegritySha256(Key, length + 4));
        Assert.False(message.HasValidIntegritySha256(OtherKey, length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(18)]
    [InlineData(33)]
    [InlineData(36)]
    public void A_shortened_integrity_has_16_to_32_bytes_in_steps_of_four(int length)
    {
        StunMessage message = Parsed(StunBytes.Request().With(0x001C, new byte[length]));

        Assert.False(message.TryGetIntegritySha256(out _));
        Assert.False(message.HasValidIntegritySha256(Key, 0));
    }

    [Fact]
    public void Integrity_is_checked_up_to_the_limit_and_not_beyond()
    {
        const int header = 20 + 4;
        byte[] fits = new byte[StunIntegrityCheck.MaxAuthenticatedLength - header];

        Assert.True(Parsed(StunBytes.Request().With(0xFF50, fits).WithIntegrity(Key)).HasValidIntegrity(Key));
        Assert.True(Parsed(StunBytes.Request().With(0xFF50, fits).WithIntegritySha256(Key)).HasValidIntegritySha256(Key));
        Assert.False(Parsed(StunBytes.Request().With(0xFF50, [.. fits, 0]).WithIntegrity(Key)).HasValidIntegrity(Key));
        Assert.False(Parsed(StunBytes.Request().With(0xFF50, [.. fits, 0]).WithIntegritySha256(Key)).HasValidIntegritySha256(Key));
    }

    private static StunMessage Parsed(StunBytes bytes)
    {
        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes.ToArray(), out StunMessage message));
        return message;
    }
}
