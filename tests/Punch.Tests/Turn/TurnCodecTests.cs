using Punch.Protocol.Turn;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Turn;

/// <summary>The messages between a client and a TURN server, against bytes made by hand.</summary>
public sealed class TurnCodecTests
{
    private static readonly TransactionId Id = TransactionId.FromBytes(StunBytes.Id);
    private static readonly TransportAddress Peer = TransportAddress.Parse("198.51.100.7:40001");
    private static readonly TransportAddress PeerV6 = TransportAddress.Parse("[2001:db8::7]:40001");

    private readonly byte[] _buffer = new byte[65_535];

    [Fact]
    public void Requests_without_credentials_are_written_as_they_are_built_by_hand()
    {
        using var credentials = new TurnCredentials("user", "pass"u8);

        Assert.Equal(
            new StunBytes(0x0003).With(0x0019, 17, 0, 0, 0).With(0x8000, 2, 0, 0, 0).With(0x8032, 2, 0, 0, 0).WithFingerprint().ToArray(),
            Written(new TurnRequest(StunMethod.Allocate, Id), credentials));
        Assert.Equal(
            new StunBytes(0x0003).With(0x0019, 17, 0, 0, 0).With(0x0017, 2, 0, 0, 0).WithFingerprint().ToArray(),
            Written(new TurnRequest(StunMethod.Allocate, Id) { WantsV6 = true }, credentials));
        Assert.Equal(
            new StunBytes(0x0004).WithFingerprint().ToArray(), Written(new TurnRequest(StunMethod.Refresh, Id), credentials));
        Assert.Equal(
            new StunBytes(0x0004).With(0x000D, 0, 0, 0, 0).WithFingerprint().ToArray(),
            Written(new TurnRequest(StunMethod.Refresh, Id) { IsLast = true }, credentials));
        Assert.Equal(
            new StunBytes(0x0008).WithAddress(0x0012, "198.51.100.7", 40001, isXored: true).WithFingerprint().ToArray(),
            Written(new TurnRequest(StunMethod.CreatePermission, Id) { Peer = Peer }, credentials));
        Assert.Equal(
            new StunBytes(0x0009).With(0x000C, 0x40, 0x01, 0, 0).WithAddress(0x0012, "2001:db8::7", 40001, isXored: true)
                .WithFingerprint().ToArray(),
            Written(new TurnRequest(StunMethod.ChannelBind, Id) { Peer = PeerV6, Channel = 0x4001 }, credentials));
    }

    [Fact]
    public void A_request_that_does_not_fit_is_not_written()
    {
        using var credentials = new TurnCredentials("user", "pass"u8);
        var request = new TurnRequest(StunMethod.Allocate, Id);
        int length = request.Write(_buffer, credentials);

        for (int size = 0; size < length; size++) { Assert.Equal(0, request.Write(_buffer.AsSpan(0, size), credentials)); }

        Assert.Equal(length, request.Write(_buffer.AsSpan(0, length), credentials));
    }

    [Fact]
    public void A_grant_is_read()
    {
        byte[] bytes = new StunBytes(0x0103)
            .WithAddress(TurnBytes.Relayed, "203.0.113.9", 50_000, isXored: true)
            .WithAddress(0x0020, "198.51.100.1", 6311, isXored: true)
            .With(TurnBytes.Lifetime, 0, 0, 2, 88)
            .WithFingerprint().ToArray();

        Assert.True(TurnReply.TryRead(bytes, out TurnReply reply));
        Assert.Equal((Id, null), (reply.Id, reply.Error));
        Assert.Equal(new RelayedAddresses(TransportAddress.Parse("203.0.113.9:50000"), null), reply.Relayed);
        Assert.Equal(TimeSpan.FromSeconds(600), reply.Lifetime);
        Assert.Null(reply.Alternate);
    }

    [Fact]
    public void A_grant_may_have_an_address_of_each_family_and_zeros_for_one_that_the_server_lacks()
    {
        StunBytes v4 = new StunBytes(0x0103).WithAddress(TurnBytes.Relayed, "203.0.113.9", 50_000, isXored: true);
        byte[] both = v4.WithAddress(TurnBytes.Relayed, "2001:db8::9", 50_001, isXored: true).ToArray();
        byte[] coturnsV6 = new StunBytes(0x0103).WithAddress(TurnBytes.Relayed, "0.0.0.0", 0, isXored: true)
            .WithAddress(TurnBytes.Relayed, "2001:db8::9", 50_001, isXored: true).With(0x8033, 1, 0, 4, 40).ToArray();

        Assert.True(TurnReply.TryRead(both, out TurnReply ofBoth));
        Assert.True(TurnReply.TryRead(coturnsV6, out TurnReply ofV6));
        TransportAddress v6 = TransportAddress.Parse("[2001:db8::9]:50001");
        Assert.Equal(new RelayedAddresses(TransportAddress.Parse("203.0.113.9:50000"), v6), ofBoth.Relayed);
        Assert.Equal(new RelayedAddresses(null, v6), ofV6.Relayed);
    }

    [Theory]
    [InlineData("0.0.0.0", 50_000)]
    [InlineData("224.0.0.1", 50_000)]
    [InlineData("203.0.113.9", 0)]
    public void An_address_that_no_host_can_have_is_no_relayed_address(string host, int port)
    {
        byte[] bytes = new StunBytes(0x0103).WithAddress(TurnBytes.Relayed, host, port, isXored: true).ToArray();

        Assert.True(TurnReply.TryRead(bytes, out TurnReply reply));
        Assert.True(reply.Relayed.IsNone);
    }

    [Fact]
    public void An_error_is_read_with_the_server_to_ask_instead()
    {
        byte[] bytes = new StunBytes(0x0113).With(TurnBytes.ErrorCode, TurnBytes.Code(300))
            .WithAddress(TurnBytes.Alternate, "203.0.113.10", 3478).ToArray();

        Assert.True(TurnReply.TryRead(bytes, out TurnReply reply));
        Assert.Equal(StunErrorCode.TryAlternate, reply.Error);
        Assert.Equal(TransportAddress.Parse("203.0.113.10:3478"), reply.Alternate);
    }

    [Fact]
    public void What_is_no_reply_is_refused()
    {
        byte[] wrong = new StunBytes(0x0103).WithFingerprint().ToArray();
        wrong[^1] ^= 1;
        byte[][] refused =
        [
            [], new StunBytes(0x0101).ToArray(), new StunBytes(0x0003).ToArray(), new StunBytes(0x0013).ToArray(),
            new StunBytes(0x0113).ToArray(), new StunBytes(0x0113).With(TurnBytes.ErrorCode, 0, 0, 7, 0).ToArray(),
            new StunBytes(0x0106).ToArray(), wrong, wrong[..^4],
        ];

        Assert.All(refused, bytes => Assert.False(TurnReply.TryRead(bytes, out _)));
    }

    [Theory]
    [InlineData("198.51.100.7", 0)]
    [InlineData("198.51.100.7", 1)]
    [InlineData("2001:db8::7", 1200)]
    [InlineData("2001:db8::7", 1203)]
    public void A_send_indication_is_made_around_the_data(string host, int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i & 0xFF))];
        data.CopyTo(_buffer, 0);
        var peer = new TransportAddress(HostAddress.Parse(host), 40001);

        int whole = TurnIndication.Wrap(_buffer, length, peer, Id);

        byte[] expected = new StunBytes(0x0016).WithAddress(TurnBytes.Peer, host, 40001, isXored: true).With(TurnBytes.Data, data).ToArray();
        Assert.Equal(expected, _buffer[..whole]);
    }

    [Fact]
    public void A_wrapping_without_room_changes_nothing()
    {
        byte[] data = [1, 2, 3, 4, 5];
        byte[] small = [.. data, 0, 0, 0];

        Assert.Equal(0, ChannelData.Wrap(small, 5, 0x4001));
        Assert.Equal(0, TurnIndication.Wrap(small, 5, Peer, Id));
        Assert.Equal(0, TurnIndication.Wrap(_buffer, 65_535, Peer, Id));
        Assert.Equal(0, ChannelData.Wrap(_buffer, 65_532, 0x4001));
        Assert.Equal([.. data, 0, 0, 0], small);
    }

    [Fact]
    public void A_data_indication_is_read()
    {
        byte[] bytes = new StunBytes(TurnBytes.DataIndication).With(TurnBytes.Data, 0x80, 1, 2)
            .WithAddress(TurnBytes.Peer, "198.51.100.7", 40001, isXored: true).ToArray();

        Assert.True(TurnIndication.TryRead(bytes, out TransportAddress peer, out ReadOnlySpan<byte> data));
        Assert.Equal(Peer, peer);
        Assert.Equal([0x80, 1, 2], data.ToArray());
    }

    [Fact]
    public void What_is_no_data_indication_is_refused()
    {
        byte[][] refused =
        [
            [],
            new StunBytes(TurnBytes.DataIndication).With(TurnBytes.Data, 1).ToArray(),
            new StunBytes(TurnBytes.DataIndication).WithAddress(TurnBytes.Peer, "198.51.100.7", 1, isXored: true).With(0x8004, 0, 0, 3, 1, 0, 0, 0, 0).ToArray(),
            new StunBytes(0x0016).With(TurnBytes.Data, 1).WithAddress(TurnBytes.Peer, "198.51.100.7", 1, isXored: true).ToArray(),
            new StunBytes(0x0117).With(TurnBytes.Data, 1).WithAddress(TurnBytes.Peer, "198.51.100.7", 1, isXored: true).ToArray(),
            new StunBytes(TurnBytes.DataIndication).With(TurnBytes.Data, 1).With(TurnBytes.Peer, 0, 3, 1, 1, 1, 1, 1, 1).ToArray(),
        ];

        Assert.All(refused, bytes => Assert.False(TurnIndication.TryRead(bytes, out _, out _)));
    }

    [Fact]
    public void Channel_data_is_read_and_written_as_it_is_built_by_hand()
    {
        byte[] bytes = [0x40, 0x01, 0, 3, 0xA1, 0xA2, 0xA3];
        new byte[] { 0xA1, 0xA2, 0xA3 }.CopyTo(_buffer, 0);

        Assert.True(ChannelData.TryRead(bytes, out ushort channel, out Range data));
        Assert.Equal((0x4001, 3), (channel, bytes[data].Length));
        Assert.True(ChannelData.TryRead([.. bytes, 0], out _, out Range padded));
        Assert.Equal(data, padded);
        Assert.Equal(bytes, _buffer[..ChannelData.Wrap(_buffer, 3, 0x4001)]);
    }

    [Fact]
    public void What_is_no_channel_data_is_refused()
    {
        byte[][] refused = [[], [0x40, 1, 0], [0x40, 1, 0, 1], [0x50, 1, 0, 0], [0x3F, 1, 0, 0], [0x80, 1, 0, 0], [0x40, 1, 0xFF, 0xFF, 1]];

        Assert.All(refused, bytes => Assert.False(ChannelData.TryRead(bytes, out _, out _)));
        Assert.True(ChannelData.TryRead([0x4F, 0xFF, 0, 0], out ushort last, out _));
        Assert.Equal(ChannelData.LastNumber, last);
    }

    [Fact]
    public void No_prefix_of_a_message_throws()
    {
        byte[][] whole =
        [
            new StunBytes(0x0103).WithAddress(TurnBytes.Relayed, "203.0.113.9", 50_000, isXored: true).With(TurnBytes.Lifetime, 0, 0, 2, 88).ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate).With(TurnBytes.Algorithms, 0, 2, 0, 0, 0, 1, 0, 0).ToArray(),
            new StunBytes(TurnBytes.DataIndication).With(TurnBytes.Data, 1).WithAddress(TurnBytes.Peer, "198.51.100.7", 1, isXored: true).ToArray(),
            [0x40, 1, 0, 4, 1, 2, 3, 4],
        ];
        foreach (byte[] bytes in whole)
        {
            for (int length = 0; length < bytes.Length; length++)
            {
                ReadOnlySpan<byte> prefix = bytes.AsSpan(0, length);
                Assert.False(TurnReply.TryRead(prefix, out _));
                Assert.False(TurnIndication.TryRead(prefix, out _, out _));
                Assert.False(ChannelData.TryRead(prefix, out _, out _));
            }
        }
    }

    [Fact]
    public void No_bytes_make_a_reader_throw_or_read_outside()
    {
        byte[] buffer = new byte[StunMutator.BufferLength];
        for (ulong seed = 0; seed < (ulong)StunMutator.Count; seed++)
        {
            ReadOnlySpan<byte> datagram = buffer.AsSpan(0, StunMutator.Make(seed, buffer));
            if (datagram.Length > 1) { (buffer[0], buffer[1]) = (seed % 3) switch { 0 => ((byte)0x01, (byte)0x13), 1 => ((byte)0x00, (byte)0x17), _ => ((byte)0x40, buffer[1]) }; }

            using var credentials = new TurnCredentials("user", "pass"u8);
            if (TurnReply.TryRead(datagram, out TurnReply reply))
            {
                _ = (reply.Relayed, reply.Alternate, reply.Lifetime, credentials.Admits(reply));
                credentials.Take(reply);
                credentials.Admits(reply);
                new TurnRequest(StunMethod.Refresh, Id).Write(_buffer, credentials);
            }

            if (TurnIndication.TryRead(datagram, out _, out ReadOnlySpan<byte> data)) { Assert.True(data.IsEmpty || datagram.Overlaps(data)); }

            if (ChannelData.TryRead(datagram, out _, out Range range)) { Assert.InRange(range.End.Value, 4, datagram.Length); }
        }
    }

    [Fact]
    public void Carrying_data_allocates_nothing()
    {
        byte[] indication = new StunBytes(TurnBytes.DataIndication).With(TurnBytes.Data, new byte[100])
            .WithAddress(TurnBytes.Peer, "198.51.100.7", 40001, isXored: true).ToArray();
        byte[] channel = [0x40, 1, 0, 2, 1, 2];
        Carry(indication, channel);

        Assert.Equal(0, Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100; i++) { Carry(indication, channel); }
        }));
    }

    private void Carry(byte[] indication, byte[] channel)
    {
        TurnIndication.TryRead(indication, out _, out _);
        ChannelData.TryRead(channel, out _, out _);
        TurnReply.TryRead(indication, out _);
        TurnIndication.Wrap(_buffer, 1200, Peer, Id);
        ChannelData.Wrap(_buffer, 1200, 0x4001);
    }

    private static byte[] Written(TurnRequest request, TurnCredentials credentials)
    {
        byte[] buffer = new byte[TurnRequest.MaxLength];
        return buffer[..request.Write(buffer, credentials)];
    }
}
