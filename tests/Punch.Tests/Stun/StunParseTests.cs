using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunParseTests
{
    [Fact]
    public void A_bare_request_of_twenty_bytes_is_a_message()
    {
        byte[] bytes =
        [
            0x00, 0x01,             // Binding request
            0x00, 0x00,             // no attributes
            0x21, 0x12, 0xA4, 0x42, // cookie
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
        ];

        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes, out StunMessage message));

        Assert.Equal(StunMethod.Binding, message.Method);
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(TransactionId.FromBytes(StunBytes.Id), message.TransactionId);
        Assert.Equal(20, message.Length);
        Assert.False(message.Attributes.MoveNext());
    }

    [Fact]
    public void Every_type_of_fourteen_bits_splits_into_method_and_class()
    {
        for (int method = 0; method <= 0xFFF; method++)
        {
            for (int messageClass = 0; messageClass < 4; messageClass++)
            {
                // RFC 8489 figure 3, bit by bit
                string m = Convert.ToString(method, 2).PadLeft(12, '0');
                string c = Convert.ToString(messageClass, 2).PadLeft(2, '0');
                ushort type = Convert.ToUInt16(m[..5] + c[0] + m[5..8] + c[1] + m[8..], 2);

                Assert.Equal(StunParseError.None, StunMessage.Parse(new StunBytes(type).ToArray(), out StunMessage message));
                Assert.Equal((StunMethod)method, message.Method);
                Assert.Equal((StunClass)messageClass, message.Class);
            }
        }
    }

    [Fact]
    public void Fewer_bytes_than_a_header_are_too_short()
    {
        byte[] header = StunBytes.Request().ToArray();
        for (int length = 0; length < header.Length; length++) { Refuses(StunParseError.TooShort, header[..length]); }
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x80)]
    [InlineData(0xC0)]
    public void Two_high_bits_mean_another_protocol(byte bits)
    {
        byte[] bytes = StunBytes.Request().ToArray();
        bytes[0] |= bits;

        Refuses(StunParseError.NotStun, bytes);
    }

    [Fact]
    public void Every_bit_of_the_cookie_is_checked()
    {
        for (int bit = 0; bit < 32; bit++)
        {
            byte[] bytes = StunBytes.Request().ToArray();
            bytes[4 + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Refuses(StunParseError.NoCookie, bytes);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_length_must_be_a_multiple_of_four(byte extra)
    {
        byte[] bytes = [.. StunBytes.Request().ToArray(), .. new byte[extra]];
        bytes[3] = extra;

        Refuses(StunParseError.UnalignedLength, bytes);
    }

    [Fact]
    public void Every_truncation_of_a_message_is_refused()
    {
        foreach (byte[] whole in StunData.Messages())
        {
            for (int length = 20; length < whole.Length; length++) { Refuses(StunParseError.Truncated, whole[..length]); }
        }
    }

    [Fact]
    public void Bytes_after_the_message_are_refused() =>
        Refuses(StunParseError.TrailingBytes, [.. StunBytes.Request().With(0x8022, "x").ToArray(), 0]);

    [Fact]
    public void A_message_cut_inside_an_attribute_is_refused_even_when_its_length_field_agrees()
    {
        byte[] whole = StunBytes.Request().With(0x8022, "0123456789").ToArray();
        for (int length = 24; length < whole.Length; length += 4)
        {
            byte[] cut = whole[..length];
            cut[3] = (byte)(length - 20);

            Refuses(StunParseError.AttributeTruncated, cut);
        }
    }

    [Fact]
    public void An_attribute_whose_padding_is_missing_cannot_occur_since_lengths_are_multiples_of_four()
    {
        byte[] bytes = StunBytes.Request().With(0x8022, "01234").ToArray();
        bytes[23] = 9; // 9 + 3 of padding where 8 are left

        Refuses(StunParseError.AttributeTruncated, bytes);
    }

    [Fact]
    public void The_largest_attribute_length_does_not_overflow()
    {
        byte[] bytes = StunBytes.Request().With(0x8022, "0123").ToArray();
        bytes[22] = 0xFF;
        bytes[23] = 0xFF;

        Refuses(StunParseError.AttributeTruncated, bytes);
    }

    [Fact]
    public void The_longest_message_is_read()
    {
        byte[] bytes = StunBytes.Request().With(0x8022, new byte[0xFFF8]).ToArray();

        Assert.Equal(StunMessage.MaxLength, bytes.Length);
        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes, out StunMessage message));
        Assert.True(message.TryGetValue(StunAttributeType.Software, out ReadOnlySpan<byte> value));
        Assert.Equal(0xFFF8, value.Length);
    }

    [Theory]
    [InlineData(0x8022)]
    [InlineData(0x8028)]
    [InlineData(0x0008)]
    public void Nothing_may_follow_the_fingerprint(ushort type) =>
        Refuses(StunParseError.AttributeAfterFingerprint, StunBytes.Request().WithFingerprint().With(type, 0, 0, 0, 0).ToArray());

    [Fact]
    public void The_message_of_a_refused_datagram_is_empty_and_harmless()
    {
        StunMessage.Parse([], out StunMessage message);

        Assert.Equal(0, message.Length);
        Assert.False(message.Attributes.MoveNext());
        Assert.False(message.TryGetReflexiveAddress(out _));
        Assert.False(message.HasValidFingerprint());
        Assert.False(message.HasValidIntegrity([]));
        Assert.False(message.HasValidIntegritySha256([]));
    }

    [Fact]
    public void Padding_may_hold_anything()
    {
        byte[] bytes = StunBytes.Request().With(0x8022, "a").With(0x0006, "b").ToArray();
        bytes.AsSpan(25, 3).Fill(0xFF);

        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes, out StunMessage message));
        Assert.True(message.TryGetSoftware(out ReadOnlySpan<byte> software));
        Assert.Equal("a"u8.ToArray(), software.ToArray());
        Assert.True(message.TryGetUsername(out ReadOnlySpan<byte> username));
        Assert.Equal("b"u8.ToArray(), username.ToArray());
    }

    [Fact]
    public void Transaction_ids_compare_by_value()
    {
        TransactionId id = TransactionId.FromBytes(StunBytes.Id);
        byte[] back = new byte[12];
        id.Write(back);

        Assert.Equal(StunBytes.Id, back);
        Assert.Equal(TransactionId.FromBytes(back), id);
        for (int i = 0; i < 12; i++)
        {
            byte[] other = [.. StunBytes.Id];
            other[i] ^= 1;
            Assert.NotEqual(TransactionId.FromBytes(other), id);
        }

        Assert.Equal("0102030405060708090a0b0c", id.ToString());
        Assert.Throws<ArgumentException>(() => TransactionId.FromBytes(new byte[11]));
        Assert.Throws<ArgumentException>(() => id.Write(new byte[11]));
    }

    private static void Refuses(StunParseError expected, byte[] bytes)
    {
        Assert.Equal(expected, StunMessage.Parse(bytes, out StunMessage message));
        Assert.Equal(0, message.Length);
    }
}
