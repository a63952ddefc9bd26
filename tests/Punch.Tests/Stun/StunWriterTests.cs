using Xunit;

namespace Punch.Tests.Stun;

public sealed class StunWriterTests
{
    private static readonly TransactionId Id = TransactionId.FromBytes(StunBytes.Id);
    private static readonly TransportAddress V4 = TransportAddress.Parse("192.0.2.1:32853");
    private static readonly TransportAddress V6 = TransportAddress.Parse("[2001:db8::1:2]:6311");
    private static readonly byte[] Key = [7, 8, 9];

    private delegate bool Write(ref StunWriter writer);

    /// <summary>Every public write, with bytes made independently by hand.</summary>
    private static (string Name, Write Write, Func<StunBytes, StunBytes> Expected)[] Cases { get; } =
    [
        ("any", (ref w) => w.TryWrite(StunAttributeType.Software, "abcde"u8), b => b.With(0x8022, "abcde")),
        ("any, empty", (ref w) => w.TryWrite(StunAttributeType.UseCandidate, []), b => b.With(0x0025)),
        ("uint32", (ref w) => w.TryWriteUInt32(StunAttributeType.Priority, 0x01020304), b => b.With(0x0024, 1, 2, 3, 4)),
        ("mapped", (ref w) => w.TryWriteAddress(StunAttributeType.MappedAddress, V4), b => b.WithAddress(0x0001, "192.0.2.1", 32853)),
        ("mapped v6", (ref w) => w.TryWriteAddress(StunAttributeType.MappedAddress, V6), b => b.WithAddress(0x0001, "2001:db8::1:2", 6311)),
        ("xor-mapped", (ref w) => w.TryWriteXorMappedAddress(V4), b => b.WithAddress(0x0020, "192.0.2.1", 32853, isXored: true)),
        ("xor-mapped v6", (ref w) => w.TryWriteXorMappedAddress(V6), b => b.WithAddress(0x0020, "2001:db8::1:2", 6311, isXored: true)),
        ("other", (ref w) => w.TryWriteAddress(StunAttributeType.OtherAddress, V4), b => b.WithAddress(0x802C, "192.0.2.1", 32853)),
        ("peer", (ref w) => w.TryWriteXorAddress(StunAttributeType.XorPeerAddress, V4), b => b.WithAddress(0x0012, "192.0.2.1", 32853, isXored: true)),
        ("username", (ref w) => w.TryWriteUsername("evtj:h6vY"u8), b => b.With(0x0006, "evtj:h6vY")),
        ("userhash", (ref w) => w.TryWriteUserhash(new byte[32]), b => b.With(0x001E, new byte[32])),
        ("realm", (ref w) => w.TryWriteRealm("example.org"u8), b => b.With(0x0014, "example.org")),
        ("nonce", (ref w) => w.TryWriteNonce("n"u8), b => b.With(0x0015, "n")),
        ("software", (ref w) => w.TryWriteSoftware("punch"u8), b => b.With(0x8022, "punch")),
        ("error", (ref w) => w.TryWriteErrorCode(StunErrorCode.StaleNonce), b => b.With(0x0009, 0, 0, 4, 38)),
        ("error, reason", (ref w) => w.TryWriteErrorCode((StunErrorCode)699, "no"u8), b => b.With(0x0009, 0, 0, 6, 99, (byte)'n', (byte)'o')),
        ("unknown", (ref w) => w.TryWriteUnknownAttributes([(StunAttributeType)0x7FFE, StunAttributeType.ChangeRequest, StunAttributeType.Padding]), b => b.With(0x000A, 0x7F, 0xFE, 0, 3, 0, 0x26)),
        ("algorithm", (ref w) => w.TryWritePasswordAlgorithm(StunPasswordAlgorithm.Sha256), b => b.With(0x001D, 0, 2, 0, 0)),
        ("algorithms", (ref w) => w.TryWritePasswordAlgorithms([StunPasswordAlgorithm.Sha256, StunPasswordAlgorithm.Md5]), b => b.With(0x8002, 0, 2, 0, 0, 0, 1, 0, 0)),
        ("change", (ref w) => w.TryWriteChangeRequest(StunChange.Address | StunChange.Port), b => b.With(0x0003, 0, 0, 0, 6)),
        ("response port", (ref w) => w.TryWriteResponsePort(40000), b => b.With(0x0027, 0x9C, 0x40, 0, 0)),
        ("other port", (ref w) => w.TryWriteOtherPort(3479), b => b.With(0xFF51, 0x0D, 0x97)),
        ("padding", (ref w) => w.TryWritePadding(5), b => b.With(0x0026, new byte[5])),
        ("filler", (ref w) => w.TryWriteFillerUpTo(128), b => b.With(0xFF50, new byte[104])),
        ("integrity", (ref w) => w.TryWriteIntegrity(Key), b => b.WithIntegrity(Key)),
        ("integrity sha256", (ref w) => w.TryWriteIntegritySha256(Key), b => b.WithIntegritySha256(Key)),
        ("integrity sha256 short", (ref w) => w.TryWriteIntegritySha256(Key, 16), b => b.WithIntegritySha256(Key, 16)),
        ("fingerprint", (ref w) => w.TryWriteFingerprint(), b => b.WithFingerprint()),
    ];

    [Fact]
    public void Each_attribute_is_written_byte_for_byte_with_zero_padding()
    {
        foreach ((string name, Write write, Func<StunBytes, StunBytes> expected) in Cases)
        {
            byte[] buffer = Dirty(256);
            StunWriter writer = Begin(buffer);

            Assert.True(write(ref writer), name);
            Assert.Equal(expected(StunBytes.Request()).ToArray(), writer.Message.ToArray());
        }
    }

    [Fact]
    public void A_write_that_does_not_fit_changes_nothing_at_any_size()
    {
        foreach ((string name, Write write, Func<StunBytes, StunBytes> expected) in Cases)
        {
            int needed = expected(StunBytes.Request()).ToArray().Length;
            for (int size = 20; size < needed; size++)
            {
                byte[] buffer = Dirty(size);
                StunWriter writer = Begin(buffer);
                byte[] before = [.. buffer];

                Assert.False(write(ref writer), $"{name} in {size}");
                Assert.Equal(20, writer.Length);
                Assert.Equal(before, buffer);
            }
        }
    }

    [Fact]
    public void A_write_that_fits_exactly_succeeds_and_leaves_the_rest_alone()
    {
        foreach ((string name, Write write, Func<StunBytes, StunBytes> expected) in Cases)
        {
            int needed = expected(StunBytes.Request()).ToArray().Length;
            byte[] buffer = Dirty(needed + 8);
            StunWriter writer = Begin(buffer.AsSpan(0, needed));

            Assert.True(write(ref writer), name);
            Assert.Equal(needed, writer.Length);
            Assert.Equal(Dirty(8), buffer[needed..]);
        }
    }

    [Fact]
    public void Nothing_follows_the_fingerprint_and_only_protection_follows_the_integrity()
    {
        foreach ((string name, Write write, _) in Cases)
        {
            (Write Last, string[] Allowed)[] stages =
            [
                ((ref w) => w.TryWriteIntegrity(Key), ["integrity sha256", "integrity sha256 short", "fingerprint"]),
                ((ref w) => w.TryWriteIntegritySha256(Key), ["fingerprint"]),
                ((ref w) => w.TryWriteFingerprint(), []),
            ];
            foreach ((Write last, string[] allowed) in stages)
            {
                byte[] buffer = Dirty(512);
                StunWriter writer = Begin(buffer);
                Assert.True(last(ref writer));
                byte[] before = [.. buffer];
                int length = writer.Length;

                bool isWritten = write(ref writer);

                Assert.Equal(allowed.Contains(name), isWritten);
                if (isWritten) { continue; }

                Assert.Equal(length, writer.Length);
                Assert.Equal(before, buffer);
            }
        }
    }

    [Fact]
    public void A_whole_message_is_the_same_as_one_built_by_hand()
    {
        StunWriter writer = Begin(Dirty(512));

        Assert.True(writer.TryWriteUsername("user"u8));
        Assert.True(writer.TryWriteXorMappedAddress(V6));
        Assert.True(writer.TryWriteIntegrity(Key));
        Assert.True(writer.TryWriteIntegritySha256(Key));
        Assert.True(writer.TryWriteFingerprint());

        byte[] expected = StunBytes.Request()
            .With(0x0006, "user")
            .WithAddress(0x0020, "2001:db8::1:2", 6311, isXored: true)
            .WithIntegrity(Key)
            .WithIntegritySha256(Key)
            .WithFingerprint()
            .ToArray();
        Assert.Equal(expected, writer.Message.ToArray());
    }

    [Fact]
    public void Texts_and_numbers_beyond_the_limits_are_refused()
    {
        (Write Fits, Write Exceeds)[] cases =
        [
            ((ref w) => w.TryWriteUsername(new byte[508]), (ref w) => w.TryWriteUsername(new byte[509])),
            ((ref w) => w.TryWriteUserhash(new byte[32]), (ref w) => w.TryWriteUserhash(new byte[31])),
            ((ref w) => w.TryWriteUserhash(new byte[32]), (ref w) => w.TryWriteUserhash(new byte[33])),
            ((ref w) => w.TryWriteRealm(new byte[509]), (ref w) => w.TryWriteRealm(new byte[510])),
            ((ref w) => w.TryWriteNonce(new byte[509]), (ref w) => w.TryWriteNonce(new byte[510])),
            ((ref w) => w.TryWriteSoftware(new byte[509]), (ref w) => w.TryWriteSoftware(new byte[510])),
            ((ref w) => w.TryWriteErrorCode((StunErrorCode)300), (ref w) => w.TryWriteErrorCode((StunErrorCode)299)),
            ((ref w) => w.TryWriteErrorCode((StunErrorCode)699), (ref w) => w.TryWriteErrorCode((StunErrorCode)700)),
            ((ref w) => w.TryWriteErrorCode((StunErrorCode)400, new byte[509]), (ref w) => w.TryWriteErrorCode((StunErrorCode)400, new byte[510])),
            ((ref w) => w.TryWriteResponsePort(1), (ref w) => w.TryWriteResponsePort(0)),
            ((ref w) => w.TryWriteOtherPort(1), (ref w) => w.TryWriteOtherPort(0)),
            ((ref w) => w.TryWritePadding(0), (ref w) => w.TryWritePadding(-1)),
            ((ref w) => w.TryWriteFillerUpTo(24), (ref w) => w.TryWriteFillerUpTo(20)),
            ((ref w) => w.TryWriteFillerUpTo(24), (ref w) => w.TryWriteFillerUpTo(26)),
            ((ref w) => w.TryWriteIntegritySha256(Key, 16), (ref w) => w.TryWriteIntegritySha256(Key, 12)),
            ((ref w) => w.TryWriteIntegritySha256(Key, 32), (ref w) => w.TryWriteIntegritySha256(Key, 36)),
            ((ref w) => w.TryWriteIntegritySha256(Key, 20), (ref w) => w.TryWriteIntegritySha256(Key, 18)),
            ((ref w) => w.TryWritePadding(0xFFF8), (ref w) => w.TryWritePadding(0xFFF9)),
        ];

        foreach ((Write fits, Write exceeds) in cases)
        {
            byte[] buffer = Dirty(70_000);
            StunWriter writer = Begin(buffer);
            byte[] before = [.. buffer];

            Assert.False(exceeds(ref writer));
            Assert.Equal(before, buffer);
            Assert.True(fits(ref writer));
        }
    }

    [Theory]
    [InlineData(StunAttributeType.MessageIntegrity)]
    [InlineData(StunAttributeType.MessageIntegritySha256)]
    [InlineData(StunAttributeType.Fingerprint)]
    public void Protection_is_never_written_by_hand(StunAttributeType type)
    {
        StunWriter writer = Begin(Dirty(256));

        Assert.False(writer.TryWrite(type, new byte[20]));
        Assert.False(writer.TryWriteUInt32(type, 0));
        Assert.False(writer.TryWriteAddress(type, V4));
        Assert.False(writer.TryWriteXorAddress(type, V4));
        Assert.Equal(20, writer.Length);
    }

    [Fact]
    public void A_message_never_grows_beyond_what_its_length_field_can_say()
    {
        StunWriter writer = Begin(Dirty(200_000));
        while (writer.TryWritePadding(996)) { }

        while (writer.TryWritePadding(0)) { }

        Assert.Equal(StunMessage.MaxLength, writer.Length);
        Assert.Equal(StunParseError.None, StunMessage.Parse(writer.Message, out _));
    }

    [Fact]
    public void A_writer_needs_room_for_a_header_and_numbers_that_fit_it()
    {
        byte[] small = Dirty(19);

        Assert.False(StunWriter.TryCreate(small, StunMethod.Binding, StunClass.Request, Id, out _));
        Assert.Equal(Dirty(19), small);
        Assert.False(StunWriter.TryCreate(new byte[20], (StunMethod)0x1000, StunClass.Request, Id, out _));
        Assert.False(StunWriter.TryCreate(new byte[20], StunMethod.Binding, (StunClass)4, Id, out _));
        Assert.True(StunWriter.TryCreate(new byte[20], (StunMethod)0xFFF, StunClass.Error, Id, out StunWriter writer));
        Assert.Equal(0x3F, writer.Message[0]);
        Assert.Equal(0xFF, writer.Message[1]);
    }

    [Fact]
    public void A_writer_that_was_never_begun_writes_nothing()
    {
        foreach ((string name, Write write, _) in Cases)
        {
            StunWriter writer = default;

            Assert.False(write(ref writer), name);
            Assert.Equal(0, writer.Length);
        }
    }

    private static StunWriter Begin(Span<byte> buffer)
    {
        Assert.True(StunWriter.TryCreate(buffer, StunMethod.Binding, StunClass.Request, Id, out StunWriter writer));
        return writer;
    }

    private static byte[] Dirty(int length) => [.. Enumerable.Repeat((byte)0xA5, length)];
}
