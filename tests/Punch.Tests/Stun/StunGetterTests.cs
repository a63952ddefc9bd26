using System.Text;
using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunGetterTests
{
    private delegate bool Getter(in StunMessage message, out TransportAddress address);

    [Theory]
    [InlineData("192.0.2.1", 1)]
    [InlineData("255.255.255.255", 65535)]
    [InlineData("0.0.0.0", 0)]
    [InlineData("2001:db8:1:2:3:4:5:6", 6311)]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0x2112)]
    public void Each_address_attribute_is_read_from_its_own_number(string host, int port)
    {
        (ushort Type, bool IsXored, Getter Get)[] cases =
        [
            (0x0001, false, (in m, out a) => m.TryGetMappedAddress(out a)),
            (0x0020, true, (in m, out a) => m.TryGetXorMappedAddress(out a)),
            (0x8020, true, (in m, out a) => m.TryGetXorMappedAddress(out a)),
            (0x0001, false, (in m, out a) => m.TryGetReflexiveAddress(out a)),
            (0x0020, true, (in m, out a) => m.TryGetReflexiveAddress(out a)),
            (0x8023, false, (in m, out a) => m.TryGetAlternateServer(out a)),
            (0x802C, false, (in m, out a) => m.TryGetOtherAddress(out a)),
            (0x0005, false, (in m, out a) => m.TryGetOtherAddress(out a)),
            (0x0012, true, (in m, out a) => m.TryGetXorAddress(StunAttributeType.XorPeerAddress, out a)),
        ];
        var expected = new TransportAddress(HostAddress.Parse(host), (ushort)port);

        foreach ((ushort type, bool isXored, Getter get) in cases)
        {
            StunMessage message = Parsed(StunBytes.Success().WithAddress(type, host, port, isXored));

            Assert.True(get(message, out TransportAddress address), $"0x{type:x4}");
            Assert.Equal(expected, address);
        }
    }

    [Fact]
    public void The_masked_address_is_believed_before_the_clear_one()
    {
        StunMessage message = Parsed(StunBytes.Success().WithAddress(0x0001, "10.0.0.1", 1).WithAddress(0x0020, "192.0.2.1", 2, isXored: true));

        Assert.True(message.TryGetReflexiveAddress(out TransportAddress address));
        Assert.Equal("192.0.2.1:2", address.ToString());
    }

    [Fact]
    public void An_IPv4_address_mapped_into_IPv6_is_the_IPv4_address()
    {
        StunMessage message = Parsed(StunBytes.Success().With(0x0001, [0, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1]));

        Assert.True(message.TryGetMappedAddress(out TransportAddress address));
        Assert.Equal("127.0.0.1:7", address.ToString());
    }

    [Fact]
    public void An_address_of_the_wrong_length_or_family_is_refused()
    {
        for (int length = 0; length <= 24; length++)
        {
            for (byte family = 0; family <= 3; family++)
            {
                byte[] value = new byte[length];
                if (length > 1) { value[1] = family; }

                bool isRight = (family, length) is (1, 8) or (2, 20);
                StunMessage message = Parsed(StunBytes.Success().With(0x0001, value).With(0x0020, value));

                Assert.Equal(isRight, message.TryGetMappedAddress(out _));
                Assert.Equal(isRight, message.TryGetXorMappedAddress(out _));
            }
        }
    }

    [Theory]
    [InlineData(0x0006, 508)]
    [InlineData(0x0014, 763)]
    [InlineData(0x0015, 763)]
    [InlineData(0x8022, 763)]
    public void A_text_is_read_up_to_its_limit(ushort type, int limit)
    {
        foreach (int length in new[] { 0, 1, limit })
        {
            Assert.Equal(length, Text(Parsed(StunBytes.Request().With(type, new byte[length])), type));
        }

        Assert.Equal(-1, Text(Parsed(StunBytes.Request().With(type, new byte[limit + 1])), type));
        Assert.Equal(-1, Text(Parsed(StunBytes.Request()), type));
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void A_userhash_has_32_bytes(int length, bool isRight) =>
        Assert.Equal(isRight, Parsed(StunBytes.Request().With(0x001E, new byte[length])).TryGetUserhash(out _));

    [Theory]
    [InlineData("00000300", 300)]
    [InlineData("00000414", 420)]
    [InlineData("FFFFFC63", 499)] // the 21 reserved bits are ignored
    [InlineData("00000663", 699)]
    [InlineData("00000200", 0)]
    [InlineData("00000700", 0)]
    [InlineData("00000464", 0)]
    [InlineData("000004", 0)]
    [InlineData("", 0)]
    public void An_error_code_is_300_to_699(string value, int expected)
    {
        StunMessage message = Parsed(new StunBytes(0x0111).With(0x0009, Convert.FromHexString(value)));

        Assert.Equal(expected != 0, message.TryGetErrorCode(out StunErrorCode code, out ReadOnlySpan<byte> reason));
        Assert.Equal(expected, (int)code);
        Assert.True(reason.IsEmpty);
    }

    [Theory]
    [InlineData(763, true)]
    [InlineData(764, false)]
    public void A_reason_is_read_up_to_its_limit(int length, bool isRight)
    {
        StunMessage message = Parsed(new StunBytes(0x0111).With(0x0009, [0, 0, 4, 1, .. Encoding.ASCII.GetBytes(new string('x', length))]));

        Assert.Equal(isRight, message.TryGetErrorCode(out _, out ReadOnlySpan<byte> reason));
        Assert.Equal(isRight ? length : 0, reason.Length);
    }

    [Fact]
    public void Unknown_attributes_are_read_as_far_as_they_fit()
    {
        StunMessage message = Parsed(new StunBytes(0x0111).With(0x000A, 0x7F, 0xFE, 0x7F, 0xFF, 0x00, 0x03));
        StunAttributeType[] types = new StunAttributeType[4];

        Assert.True(message.TryGetUnknownAttributes(types, out int count));
        Assert.Equal([0x7FFE, 0x7FFF, 0x0003], types[..count].Select(type => (int)type));
        Assert.True(message.TryGetUnknownAttributes(types.AsSpan(0, 2), out count));
        Assert.Equal(2, count);
        Assert.False(Parsed(new StunBytes(0x0111).With(0x000A, 0x7F)).TryGetUnknownAttributes(types, out count));
        Assert.Equal(0, count);
    }

    [Theory]
    [InlineData("00020000", true, new[] { 2 })]
    [InlineData("0001000000020000", true, new[] { 1, 2 })]
    [InlineData("00010003AABBCC0000020000", true, new[] { 1, 2 })] // parameters of three bytes, padded
    [InlineData("00010003AABBCC", true, new[] { 1 })] // the last one's padding lies outside the value
    [InlineData("", true, new int[0])]
    [InlineData("000100", false, new int[0])]
    [InlineData("00010001", false, new int[0])]
    [InlineData("0002000000010005AABBCCDD", false, new[] { 2 })]
    public void Password_algorithms_are_walked_within_their_bounds(string value, bool isRight, int[] expected)
    {
        StunMessage message = Parsed(new StunBytes(0x0111).With(0x8002, Convert.FromHexString(value)));
        StunPasswordAlgorithm[] algorithms = new StunPasswordAlgorithm[4];

        Assert.Equal(isRight, message.TryGetPasswordAlgorithms(algorithms, out int count));
        Assert.Equal(expected, algorithms[..count].Select(algorithm => (int)algorithm));
        Assert.Equal(isRight, message.TryGetPasswordAlgorithms([], out count));
        Assert.Equal(0, count);
    }

    [Theory]
    [InlineData("00020000", true)]
    [InlineData("00020002AABB", true)]
    [InlineData("0002", false)]
    [InlineData("00020001", false)]
    [InlineData("0002000000010000", false)]
    public void One_password_algorithm_is_exactly_one(string value, bool isRight) =>
        Assert.Equal(isRight, Parsed(StunBytes.Request().With(0x001D, Convert.FromHexString(value))).TryGetPasswordAlgorithm(out _));

    [Theory]
    [InlineData("00000000", true, StunChange.None)]
    [InlineData("00000002", true, StunChange.Port)]
    [InlineData("00000004", true, StunChange.Address)]
    [InlineData("00000006", true, StunChange.Address | StunChange.Port)]
    [InlineData("FFFFFFF9", true, StunChange.None)]
    [InlineData("000006", false, StunChange.None)]
    [InlineData("0000000600", false, StunChange.None)]
    public void A_change_request_has_two_flags(string value, bool isRight, StunChange expected)
    {
        Assert.Equal(isRight, Parsed(StunBytes.Request().With(0x0003, Convert.FromHexString(value))).TryGetChangeRequest(out StunChange change));
        Assert.Equal(expected, change);
    }

    [Theory]
    [InlineData("9C40", 40000)]
    [InlineData("9C400000", 40000)]
    [InlineData("9C40FFFF", 40000)]
    [InlineData("0000", 0)]
    [InlineData("9C", 0)]
    [InlineData("9C4000", 0)]
    [InlineData("9C40000000", 0)]
    public void A_response_port_is_sixteen_bits_with_or_without_two_more_bytes(string value, int expected)
    {
        Assert.Equal(expected != 0, Parsed(StunBytes.Request().With(0x0027, Convert.FromHexString(value))).TryGetResponsePort(out ushort port));
        Assert.Equal(expected, port);
    }

    [Theory]
    [InlineData("0D97", 3479)]
    [InlineData("0000", 0)]
    [InlineData("0D970000", 0)]
    public void Another_port_is_sixteen_bits(string value, int expected)
    {
        Assert.Equal(expected != 0, Parsed(StunBytes.Success().With(0xFF51, Convert.FromHexString(value))).TryGetOtherPort(out ushort port));
        Assert.Equal(expected, port);
    }

    [Fact]
    public void Numbers_have_four_bytes()
    {
        StunMessage message = Parsed(StunBytes.Success().With(0x8027, 0, 0, 0x0E, 0x10).With(0x0024, 1, 2, 3));

        Assert.True(message.TryGetUInt32(StunAttributeType.CacheTimeout, out uint timeout));
        Assert.Equal(3600u, timeout);
        Assert.False(message.TryGetUInt32(StunAttributeType.Priority, out _));
        Assert.True(message.Has(StunAttributeType.Priority));
        Assert.False(message.Has(StunAttributeType.Lifetime));
    }

    private static int Text(in StunMessage message, ushort type)
    {
        bool isFound = type switch
        {
            0x0006 => message.TryGetUsername(out ReadOnlySpan<byte> _),
            0x0014 => message.TryGetRealm(out _),
            0x0015 => message.TryGetNonce(out _),
            _ => message.TryGetSoftware(out _),
        };
        return isFound && message.TryGetValue((StunAttributeType)type, out ReadOnlySpan<byte> value) ? value.Length : -1;
    }

    private static StunMessage Parsed(StunBytes bytes)
    {
        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes.ToArray(), out StunMessage message));
        return message;
    }
}
