using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunAttributeOrderTests
{
    private static readonly byte[] Key = [1, 2, 3];

    [Fact]
    public void Of_duplicates_the_first_counts()
    {
        byte[] bytes = StunBytes.Success()
            .WithAddress(0x0020, "192.0.2.1", 1, isXored: true)
            .WithAddress(0x0020, "192.0.2.2", 2, isXored: true)
            .ToArray();

        Assert.True(Parsed(bytes).TryGetXorMappedAddress(out TransportAddress address));
        Assert.Equal("192.0.2.1:1", address.ToString());
    }

    [Fact]
    public void A_malformed_first_duplicate_is_not_replaced_by_a_second()
    {
        byte[] bytes = StunBytes.Success().With(0x0020, 0, 1).WithAddress(0x0020, "192.0.2.2", 2, isXored: true).ToArray();

        Assert.False(Parsed(bytes).TryGetXorMappedAddress(out _));
    }

    [Fact]
    public void After_the_integrity_only_stronger_protection_counts()
    {
        byte[] bytes = StunBytes.Request()
            .With(0x8022, "before")
            .WithIntegrity(Key)
            .With(0x0006, "smuggled")
            .With(0x7ABC, "unknown")
            .With(0x0008, new byte[20])
            .WithIntegritySha256(Key)
            .With(0x0015, "smuggled")
            .With(0x001C, new byte[32])
            .WithFingerprint()
            .ToArray();

        StunMessage message = Parsed(bytes);

        Assert.Equal([0x8022, 0x0008, 0x001C, 0x8028], Types(message));
        Assert.False(message.TryGetUsername(out _));
        Assert.False(message.TryGetNonce(out _));
        Assert.Equal(0, message.ListUnknown([], new StunAttributeType[4].AsSpan()[..0]));
        Assert.Equal(1, message.ListUnknown([StunAttributeType.MessageIntegrity], new StunAttributeType[4]));
        Assert.True(message.HasValidIntegrity(Key));
        Assert.True(message.HasValidIntegritySha256(Key));
        Assert.True(message.HasValidFingerprint());
    }

    [Fact]
    public void After_the_stronger_integrity_the_weaker_does_not_count()
    {
        byte[] bytes = StunBytes.Request().WithIntegritySha256(Key).WithIntegrity(Key).ToArray();

        StunMessage message = Parsed(bytes);

        Assert.Equal([0x001C], Types(message));
        Assert.False(message.HasValidIntegrity(Key));
        Assert.True(message.HasValidIntegritySha256(Key));
    }

    [Fact]
    public void Unknown_required_attributes_are_listed_once_each_and_never_beyond_the_bound()
    {
        StunBytes bytes = StunBytes.Request().With(0x7001).With(0x7001).With(0x0006, "known").With(0xFFFF).With(0x8000);
        for (ushort type = 0x7002; type < 0x7020; type++) { bytes.With(type, 1); }

        StunMessage message = Parsed(bytes.ToArray());
        StunAttributeType[] found = new StunAttributeType[4];

        Assert.Equal(4, message.ListUnknown([StunAttributeType.Username], found));
        Assert.Equal([0x7001, 0x7002, 0x7003, 0x7004], found.Select(type => (int)type));
        Assert.Equal(31, message.ListUnknown([StunAttributeType.Username], new StunAttributeType[40]));
        Assert.Equal(32, message.ListUnknown([], new StunAttributeType[40]));
    }

    [Theory]
    [InlineData(0x0000, true)]
    [InlineData(0x7FFF, true)]
    [InlineData(0x8000, false)]
    [InlineData(0xFFFF, false)]
    public void The_upper_half_of_the_types_may_be_ignored(ushort type, bool isRequired) =>
        Assert.Equal(isRequired, ((StunAttributeType)type).IsComprehensionRequired());

    private static int[] Types(in StunMessage message)
    {
        List<int> types = [];
        foreach (StunAttribute attribute in message.Attributes) { types.Add((int)attribute.Type); }

        return [.. types];
    }

    private static StunMessage Parsed(byte[] bytes)
    {
        Assert.Equal(StunParseError.None, StunMessage.Parse(bytes, out StunMessage message));
        return message;
    }
}
