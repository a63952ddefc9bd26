using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

/// <summary>RFC 9000 §16 and appendix A.1.</summary>
public sealed class VarIntTests
{
    public static TheoryData<string, ulong> Values => new()
    {
        { "C2197C5EFF14E88C", 151_288_809_941_952_652 },
        { "9D7F3E7D", 494_878_333 },
        { "7BBD", 15_293 },
        { "25", 37 },
        { "00", 0 },
        { "3F", 63 },
        { "4040", 64 },
        { "7FFF", 16_383 },
        { "80004000", 16_384 },
        { "BFFFFFFF", (1UL << 30) - 1 },
        { "C000000040000000", 1UL << 30 },
        { "FFFFFFFFFFFFFFFF", VarInt.Max },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_read_and_written_in_its_shortest_form(string bytes, ulong value)
    {
        byte[] wire = Convert.FromHexString(bytes);
        ReadOnlySpan<byte> rest = [.. wire, 0xAA];
        byte[] written = new byte[VarInt.MaxLength];

        Assert.True(VarInt.TryRead(ref rest, out ulong read));
        int length = VarInt.Write(value, written);

        Assert.Equal(value, read);
        Assert.Equal(1, rest.Length);
        Assert.Equal(bytes, Convert.ToHexString(written.AsSpan(0, length)));
        Assert.Equal(length, VarInt.LengthOf(value));
    }

    [Fact]
    public void A_longer_form_is_read_too()
    {
        ReadOnlySpan<byte> rest = [0x40, 0x25];

        Assert.True(VarInt.TryRead(ref rest, out ulong value));

        Assert.Equal(37UL, value);
        Assert.True(rest.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void A_truncated_value_is_refused_and_nothing_moves(string bytes, ulong value)
    {
        byte[] wire = Convert.FromHexString(bytes);
        for (int length = 0; length < wire.Length; length++)
        {
            ReadOnlySpan<byte> rest = wire.AsSpan(0, length);

            Assert.False(VarInt.TryRead(ref rest, out ulong read), $"{value}");

            Assert.Equal(0UL, read);
            Assert.Equal(length, rest.Length);
        }
    }
}
