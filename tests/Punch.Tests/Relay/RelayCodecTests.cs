using Punch.Protocol.Relay;
using Punch.Tests.Rendezvous;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Relay;

/// <summary>The three messages of a relay, against bytes made by hand.</summary>
public sealed class RelayCodecTests
{
    private static readonly TransactionId Id = TransactionId.FromBytes(StunBytes.Id);
    private static readonly byte[] Cookie = JoinBytes.Name(0x70);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bind_is_read_and_written_as_it_is_built_by_hand(bool isLeaving)
    {
        byte[] bytes = new BindBytes { Cookie = Cookie, LifetimeValue = isLeaving ? [0, 0, 0, 0] : null }.ToArray();

        Assert.Equal(160, bytes.Length);
        Assert.True(BindRequest.TryRead(bytes, out BindRequest bind));
        Assert.Equal((Id, isLeaving), (bind.TransactionId, bind.IsLeaving));
        Assert.Equal(JoinBytes.Name(0xA0), bind.Room);
        Assert.Equal(JoinBytes.Name(0x01), bind.Party);
        Assert.Equal(Cookie, bind.Nonce);
        byte[] written = new byte[160];
        Assert.True(bind.TryWrite(written));
        Assert.Equal(bytes, written);
    }

    [Fact]
    public void A_bind_may_lack_a_nonce_and_any_other_lifetime_means_nothing()
    {
        Assert.True(BindRequest.TryRead(new BindBytes().ToArray(), out BindRequest bare));
        Assert.True(bare.Nonce.IsEmpty);
        Assert.True(BindRequest.TryRead(new BindBytes { LifetimeValue = [0, 0, 0, 1] }.ToArray(), out BindRequest one));
        Assert.False(one.IsLeaving);
    }

    [Fact]
    public void What_lacks_something_or_has_another_length_is_no_bind()
    {
        var whole = new BindBytes { Cookie = Cookie };
        byte[] wrong = whole.ToArray();
        wrong[^1] ^= 1;
        byte[][] refused =
        [
            (whole with { RoomName = null }).ToArray(), (whole with { PartyName = null }).ToArray(),
            (whole with { RoomName = new byte[15] }).ToArray(), (whole with { PartyName = new byte[20] }).ToArray(),
            (whole with { Length = 156 }).ToArray(), (whole with { Length = 164 }).ToArray(),
            (whole with { Extra = (0x7777, [1, 2, 3, 4]) }).ToArray(), whole.WithoutFingerprint(), wrong,
        ];

        Assert.All(refused, bytes => Assert.False(BindRequest.TryRead(bytes, out _)));
    }

    [Fact]
    public void A_bind_that_names_too_much_is_not_written()
    {
        byte[] room = new byte[160];
        var bind = new BindRequest { TransactionId = Id, Room = JoinBytes.Name(1), Party = JoinBytes.Name(2), Nonce = new byte[65] };

        Assert.False(bind.TryWrite(room));
        Assert.False(new BindRequest { Room = new byte[15], Party = JoinBytes.Name(2) }.TryWrite(room));
        Assert.False(new BindRequest { Room = JoinBytes.Name(1), Party = JoinBytes.Name(2) }.TryWrite(room.AsSpan(0, 159)));
    }

    [Fact]
    public void A_grant_is_read_and_written_as_it_is_built_by_hand()
    {
        byte[] bytes = new StunBytes(BindBytes.Success)
            .With(JoinBytes.Lifetime, 0, 0, 1, 44)
            .With(BindBytes.Limits, 0x00, 0x13, 0x12, 0xD0, 0, 0, 0, 0, 0x3B, 0x9A, 0xCA, 0x00)
            .With(JoinBytes.Nonce, Cookie)
            .WithFingerprint().ToArray();

        Assert.True(BindReply.TryRead(bytes, out BindReply reply));
        Assert.Equal((Id, null, TimeSpan.FromSeconds(300)), (reply.TransactionId, reply.Error, reply.Lifetime));
        Assert.Equal(new RelayLimits(1_250_000, 1_000_000_000), reply.Limits);
        Assert.Equal(Cookie, reply.Nonce);
        byte[] written = new byte[160];
        Assert.True(reply.TryWrite(written, out int length));
        Assert.Equal(bytes, written[..length]);
    }

    [Fact]
    public void A_refusal_is_read_and_written_and_438_must_bring_a_nonce()
    {
        byte[] stale = new StunBytes(BindBytes.Error).With(JoinBytes.ErrorCode, 0, 0, 4, 38).With(JoinBytes.Nonce, Cookie).WithFingerprint().ToArray();

        Assert.True(BindReply.TryRead(stale, out BindReply reply));
        Assert.Equal(StunErrorCode.StaleNonce, reply.Error);
        Assert.Equal(Cookie, reply.Nonce);
        byte[] bare = new StunBytes(BindBytes.Error).With(JoinBytes.ErrorCode, 0, 0, 4, 38).WithFingerprint().ToArray();
        Assert.False(BindReply.TryRead(bare, out _));
        byte[] full = new StunBytes(BindBytes.Error).With(JoinBytes.ErrorCode, 0, 0, 5, 8).WithFingerprint().ToArray();
        Assert.True(BindReply.TryRead(full, out reply));
        Assert.Equal(StunErrorCode.InsufficientCapacity, reply.Error);
    }

    [Fact]
    public void What_lacks_something_is_no_reply()
    {
        byte[] long65 = new StunBytes(BindBytes.Success).With(JoinBytes.Lifetime, 0, 0, 0, 60).With(JoinBytes.Nonce, new byte[65]).WithFingerprint().ToArray();
        byte[][] refused =
        [
            new StunBytes(BindBytes.Success).WithFingerprint().ToArray(), // no LIFETIME
            new StunBytes(BindBytes.Error).WithFingerprint().ToArray(), // no ERROR-CODE
            new StunBytes(BindBytes.Success).With(JoinBytes.Lifetime, 0, 0, 0, 60).ToArray(), // no FINGERPRINT
            new StunBytes(JoinBytes.Success).With(JoinBytes.Lifetime, 0, 0, 0, 60).WithFingerprint().ToArray(), // another method
            new BindBytes().ToArray(), long65,
        ];

        Assert.All(refused, bytes => Assert.False(BindReply.TryRead(bytes, out _)));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 0)]
    [InlineData(3, 258)]
    public void A_notice_is_read_and_written_as_it_is_built_by_hand(byte reason, int? seconds)
    {
        StunBytes built = new StunBytes(BindBytes.Notice).With(BindBytes.Reason, 0, 0, 0, reason);
        if (seconds is { } value) { built.With(JoinBytes.Lifetime, 0, 0, (byte)(value >> 8), (byte)(value & 0xFF)); }

        byte[] bytes = built.WithFingerprint().ToArray();

        Assert.True(bytes.Length <= RelayNotice.MaxLength);
        Assert.True(RelayNotice.TryRead(bytes, out RelayNotice notice));
        Assert.Equal(new RelayNotice(Id, (RelayEvent)reason, seconds is { } given ? TimeSpan.FromSeconds(given) : null), notice);
        byte[] written = new byte[RelayNotice.MaxLength];
        Assert.True(notice.TryWrite(written, out int length));
        Assert.Equal(bytes, written[..length]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(255)]
    public void A_notice_of_an_unknown_event_is_none(byte reason) => Assert.False(RelayNotice.TryRead(
        new StunBytes(BindBytes.Notice).With(BindBytes.Reason, 0, 0, 0, reason).WithFingerprint().ToArray(), out _));

    /// <summary>Nothing that is cut short is read, and nothing throws or allocates, whatever byte is another.</summary>
    [Fact]
    public void No_part_and_no_mutation_throws_or_allocates()
    {
        byte[][] messages =
        [
            new BindBytes { Cookie = Cookie }.ToArray(),
            new StunBytes(BindBytes.Success).With(JoinBytes.Lifetime, 0, 0, 0, 60).With(BindBytes.Limits, new byte[12]).WithFingerprint().ToArray(),
            new StunBytes(BindBytes.Error).With(JoinBytes.ErrorCode, 0, 0, 4, 38).With(JoinBytes.Nonce, Cookie).WithFingerprint().ToArray(),
            new StunBytes(BindBytes.Notice).With(BindBytes.Reason, 0, 0, 0, 1).WithFingerprint().ToArray(),
        ];
        int read = 0;
        long allocated = Allocation.Fewest(() =>
        {
            foreach (byte[] message in messages)
            {
                for (int length = 0; length < message.Length; length++) { read += CountRead(message.AsSpan(0, length)); }

                for (int at = 0; at < 8 * message.Length; at++)
                {
                    message[at / 8] ^= (byte)(1 << (at % 8));
                    read += CountRead(message);
                    message[at / 8] ^= (byte)(1 << (at % 8));
                }
            }
        });

        // The fingerprint covers every bit.
        Assert.Equal((0, 0), (read, allocated));
        Assert.All(messages, message => Assert.Equal(1, CountRead(message)));
    }

    [Fact]
    public void Mutations_with_a_right_fingerprint_never_throw()
    {
        byte[] source = new BindBytes { Cookie = Cookie }.ToArray();
        byte[] buffer = new byte[source.Length];
        int read = 0;
        for (long seed = 0; seed < StunMutator.Count / 4; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            source.CopyTo(buffer, 0);
            for (int i = random.NextInt(4); i >= 0; i--) { buffer[random.NextInt(buffer.Length - 8)] = (byte)(random.Next() & 0xFF); }

            uint crc = System.IO.Hashing.Crc32.HashToUInt32(buffer.AsSpan(0, buffer.Length - 8)) ^ 0x5354554E;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(buffer.Length - 4), crc);
            read += CountRead(buffer);
        }

        Assert.NotEqual(0, read);
    }

    private static int CountRead(ReadOnlySpan<byte> bytes) =>
        (BindRequest.TryRead(bytes, out _) ? 1 : 0) + (BindReply.TryRead(bytes, out _) ? 1 : 0) + (RelayNotice.TryRead(bytes, out _) ? 1 : 0);
}
