using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Rendezvous;

/// <summary>The messages of a rendezvous, compared with bytes made by hand.</summary>
public sealed class JoinCodecTests
{
    private static readonly TransactionId Id = TransactionId.FromBytes(StunBytes.Id);
    private static readonly TransportAddress Here = TransportAddress.Parse("192.0.2.7:40001");
    private static readonly TransportAddress HereV6 = TransportAddress.Parse("[2001:db8::7]:40001");
    private static readonly byte[] Cookie = JoinBytes.Name(0x70)[..12];

    [Fact]
    public void A_join_is_read_as_it_was_built()
    {
        byte[] bytes = new JoinBytes { Cookie = Cookie, IsSeeking = true, LifetimeValue = [0, 0, 0, 60] }.ToArray();

        Assert.Equal(1200, bytes.Length);
        Assert.Equal(JoinReading.Join, JoinRequest.Read(bytes, out StunMessage message, out JoinRequest join));
        Assert.Equal(Id, join.TransactionId);
        Assert.Equal(OwnStunMethods.Join, message.Method);
        Assert.Equal(JoinBytes.Name(0xA0), join.Room);
        Assert.Equal(JoinBytes.Name(0x01), join.Party);
        Assert.Equal(JoinBytes.SealedOf(200), join.Sealed);
        Assert.Equal(Cookie, join.Nonce);
        Assert.True(join.IsSeeking);
        Assert.False(join.IsLeaving);
        Assert.Equal(0u, join.Day);
        Assert.False(join.AnswersChecks);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void A_ticket_is_read_and_written(int length)
    {
        byte[] ticket = JoinBytes.SealedOf(length, 3);
        byte[] bytes = new JoinBytes { TicketValue = ticket }.ToArray();

        Assert.Equal(JoinReading.Join, JoinRequest.Read(bytes, out _, out JoinRequest join));
        Assert.True(join.WantsTicket);
        Assert.Equal(ticket, join.Ticket);
        byte[] written = new byte[JoinRequest.Length];
        Assert.True(join.TryWrite(written));
        JoinRequest.Read(written, out _, out JoinRequest again);
        Assert.True(again.WantsTicket && again.Ticket.SequenceEqual(ticket));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(17)]
    public void A_ticket_of_another_length_is_malformed(int length)
    {
        byte[] bytes = new JoinBytes { TicketValue = new byte[length] }.ToArray();

        Assert.Equal(JoinReading.Malformed, JoinRequest.Read(bytes, out _, out _));
        byte[] reply = new StunBytes(JoinBytes.Success).WithAddress(JoinBytes.Mapped, "192.0.2.7", 1, isXored: true)
            .With(JoinBytes.Ticket, new byte[length]).WithFingerprint().ToArray();
        Assert.False(JoinReply.TryRead(reply, out _));
    }

    [Fact]
    public void A_join_is_written_as_it_is_built_by_hand()
    {
        byte[] written = new byte[1200];
        var join = new JoinRequest
        {
            TransactionId = Id,
            Room = JoinBytes.Name(0xA0),
            Party = JoinBytes.Name(0x01),
            Sealed = JoinBytes.SealedOf(448),
            Nonce = Cookie,
            IsSeeking = true,
            IsLeaving = true,
            Day = 0x1234_5678,
            AnswersChecks = true,
        };
        var bytes = new JoinBytes
        {
            Says = JoinBytes.SealedOf(448),
            Cookie = Cookie,
            IsSeeking = true,
            LifetimeValue = [0, 0, 0, 0],
            DayNumber = 0x1234_5678,
            AnswersChecks = true,
        };

        Assert.True(join.TryWrite(written));

        Assert.Equal(bytes.ToArray(), written);
    }

    [Theory]
    [InlineData(15, 16, 1, 0, false)]
    [InlineData(16, 17, 1, 0, false)]
    [InlineData(16, 16, 0, 0, false)]
    [InlineData(16, 16, 449, 0, false)]
    [InlineData(16, 16, 1, 65, false)]
    [InlineData(16, 16, 448, 64, true)]
    [InlineData(16, 16, 1, 0, true)]
    public void A_join_of_other_lengths_than_it_may_have_is_not_written(int room, int party, int bytes, int nonce, bool isRight)
    {
        var join = new JoinRequest
        {
            TransactionId = Id,
            Room = new byte[room],
            Party = new byte[party],
            Sealed = new byte[bytes],
            Nonce = new byte[nonce],
        };

        Assert.Equal(isRight, join.TryWrite(new byte[1200]));
        Assert.False(join.TryWrite(new byte[1199]));
    }

    public static TheoryData<string, byte[], JoinReading> Refusals => new()
    {
        { "shorter", new JoinBytes { Length = 1196 }.ToArray(), JoinReading.Foreign },
        { "longer", new JoinBytes { Length = 1204 }.ToArray(), JoinReading.Foreign },
        { "no fingerprint", new JoinBytes().WithoutFingerprint(), JoinReading.Foreign },
        { "a wrong fingerprint", new JoinBytes().WithWrongFingerprint(), JoinReading.Foreign },
        { "no room", new JoinBytes { RoomName = null }.ToArray(), JoinReading.Malformed },
        { "a short room", new JoinBytes { RoomName = new byte[15] }.ToArray(), JoinReading.Malformed },
        { "a long room", new JoinBytes { RoomName = new byte[17] }.ToArray(), JoinReading.Malformed },
        { "no party", new JoinBytes { PartyName = null }.ToArray(), JoinReading.Malformed },
        { "a short party", new JoinBytes { PartyName = new byte[15] }.ToArray(), JoinReading.Malformed },
        { "a long party", new JoinBytes { PartyName = new byte[20] }.ToArray(), JoinReading.Malformed },
        { "nothing sealed", new JoinBytes { Says = null }.ToArray(), JoinReading.Malformed },
        { "an empty seal", new JoinBytes { Says = [] }.ToArray(), JoinReading.Malformed },
        { "too much sealed", new JoinBytes { Says = new byte[449] }.ToArray(), JoinReading.Malformed },
        { "a short lifetime", new JoinBytes { LifetimeValue = [0, 0] }.ToArray(), JoinReading.Malformed },
        { "too much sealed when leaving", new JoinBytes { Says = new byte[449], LifetimeValue = [0, 0, 0, 0] }.ToArray(), JoinReading.Malformed },
        { "an unknown attribute", new JoinBytes { Extra = (0x7FF0, [1]) }.ToArray(), JoinReading.UnknownAttribute },
        { "an unknown attribute to ignore", new JoinBytes { Extra = (0xFFF0, [1]) }.ToArray(), JoinReading.Join },
        { "leaving with nothing sealed", new JoinBytes { Says = null, LifetimeValue = [0, 0, 0, 0] }.ToArray(), JoinReading.Join },
        { "the longest seal", new JoinBytes { Says = new byte[448] }.ToArray(), JoinReading.Join },
        { "a nonce of a stranger", new JoinBytes { Cookie = new byte[600] }.ToArray(), JoinReading.Join },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Each_flaw_has_its_refusal(string flaw, byte[] bytes, JoinReading expected)
    {
        Assert.Equal((flaw, expected), (flaw, JoinRequest.Read(bytes, out StunMessage message, out JoinRequest join)));
        Assert.Equal(expected == JoinReading.Foreign, message.Length == 0);
        Assert.Equal(expected != JoinReading.Join, join.Room.IsEmpty);
    }

    [Fact]
    public void A_join_cut_short_anywhere_is_foreign()
    {
        byte[] bytes = new JoinBytes { Cookie = Cookie }.ToArray();

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(JoinReading.Foreign, JoinRequest.Read(bytes.AsSpan(0, length), out _, out _));
        }
    }

    [Theory]
    [InlineData(0x0001)] // Binding
    [InlineData(0x02D0)] // an indication
    [InlineData(0x03C0)] // a reply
    [InlineData(0x03D0)]
    [InlineData(0x02C1)] // method 0x0E1
    public void Only_a_request_of_its_method_is_a_join(ushort type)
    {
        byte[] bytes = new StunBytes(type)
            .With(JoinBytes.Room, JoinBytes.Name(1)).With(JoinBytes.Party, JoinBytes.Name(2)).With(JoinBytes.Sealed, [1])
            .With(JoinBytes.Filler, new byte[1200 - 20 - 20 - 20 - 8 - 4 - 8]).WithFingerprint().ToArray();

        Assert.Equal(1200, bytes.Length);
        Assert.False(JoinRequest.IsLikely(bytes));
        Assert.Equal(JoinReading.Foreign, JoinRequest.Read(bytes, out _, out _));
    }

    [Fact]
    public void Of_duplicates_the_first_counts()
    {
        byte[] bytes = new JoinBytes { Extra = (JoinBytes.Room, JoinBytes.Name(0x55)) }.ToArray();

        JoinRequest.Read(bytes, out _, out JoinRequest join);

        Assert.Equal(JoinBytes.Name(0x55), join.Room);
    }

    [Fact]
    public void A_granted_answer_is_written_and_read_as_it_is_built_by_hand()
    {
        byte[] expected = new StunBytes(JoinBytes.Success)
            .WithAddress(JoinBytes.Mapped, "2001:db8::7", 40001, isXored: true)
            .With(JoinBytes.Lifetime, 0, 0, 0, 60)
            .With(JoinBytes.Nonce, Cookie)
            .With(JoinBytes.Party, JoinBytes.Name(2))
            .With(JoinBytes.Sealed, JoinBytes.SealedOf(448))
            .WithAddress(JoinBytes.Peer, "192.0.2.7", 40001, isXored: true)
            .WithAddress(JoinBytes.Peer, "2001:db8::7", 40001, isXored: true)
            .WithFingerprint().ToArray();
        var answer = new JoinReply
        {
            TransactionId = Id,
            Mapped = HereV6,
            Lifetime = TimeSpan.FromSeconds(60),
            Nonce = Cookie,
            Peer = new PeerEntry { Party = JoinBytes.Name(2), Sealed = JoinBytes.SealedOf(448), V4 = Here, V6 = HereV6 },
        };

        byte[] written = new byte[600];
        Assert.True(answer.TryWrite(written, out int length));
        Assert.Equal(expected, written[..length]);

        Assert.True(JoinReply.TryRead(expected, out JoinReply read));
        Assert.Equal(Id, read.TransactionId);
        Assert.Null(read.Error);
        Assert.Equal(HereV6, read.Mapped);
        Assert.Equal(TimeSpan.FromSeconds(60), read.Lifetime);
        Assert.Equal(Cookie, read.Nonce);
        Assert.Equal(JoinBytes.Name(2), read.Peer.Party);
        Assert.Equal(JoinBytes.SealedOf(448), read.Peer.Sealed);
        Assert.Equal((Here, HereV6), (read.Peer.V4, read.Peer.V6));
        for (int cut = 0; cut < expected.Length; cut++) { Assert.False(JoinReply.TryRead(expected.AsSpan(0, cut), out _)); }
    }

    [Fact]
    public void A_challenge_is_written_and_read_as_it_is_built_by_hand()
    {
        byte[] expected = new StunBytes(JoinBytes.Error)
            .With(JoinBytes.ErrorCode, 0, 0, 4, 38)
            .WithAddress(JoinBytes.Mapped, "192.0.2.7", 40001, isXored: true)
            .With(JoinBytes.Nonce, Cookie)
            .WithFingerprint().ToArray();
        byte[] written = new byte[100];

        Assert.True(new JoinReply { TransactionId = Id, Error = StunErrorCode.StaleNonce, Mapped = Here, Nonce = Cookie }.TryWrite(written, out int length));
        Assert.Equal(expected, written[..length]);

        Assert.True(JoinReply.TryRead(expected, out JoinReply read));
        Assert.Equal((StunErrorCode.StaleNonce, Here), (read.Error, read.Mapped));
        Assert.Null(read.Lifetime);
        Assert.True(read.Peer.IsEmpty);
    }

    public static TheoryData<string, byte[]> WrongAnswers => new()
    {
        { "a request", new StunBytes(JoinBytes.Request).WithAddress(JoinBytes.Mapped, "192.0.2.7", 1, isXored: true).WithFingerprint().ToArray() },
        { "of Binding", new StunBytes(0x0101).WithAddress(JoinBytes.Mapped, "192.0.2.7", 1, isXored: true).WithFingerprint().ToArray() },
        { "no fingerprint", new StunBytes(JoinBytes.Success).WithAddress(JoinBytes.Mapped, "192.0.2.7", 1, isXored: true).ToArray() },
        { "no mapped address", new StunBytes(JoinBytes.Success).WithFingerprint().ToArray() },
        { "no code", new StunBytes(JoinBytes.Error).WithFingerprint().ToArray() },
        { "438 without nonce", Error(38).WithAddress(JoinBytes.Mapped, "192.0.2.7", 1, isXored: true).WithFingerprint().ToArray() },
        { "438 without address", Error(38).With(JoinBytes.Nonce, 1).WithFingerprint().ToArray() },
        { "a long nonce", Granted().With(JoinBytes.Nonce, new byte[65]).WithFingerprint().ToArray() },
        { "a party without seal", Granted().With(JoinBytes.Party, new byte[16]).WithFingerprint().ToArray() },
        { "a short party", Granted().With(JoinBytes.Party, new byte[15]).With(JoinBytes.Sealed, 1).WithFingerprint().ToArray() },
        { "an empty seal", Granted().With(JoinBytes.Party, new byte[16]).With(JoinBytes.Sealed).WithFingerprint().ToArray() },
        { "a long seal", Granted().With(JoinBytes.Party, new byte[16]).With(JoinBytes.Sealed, new byte[449]).WithFingerprint().ToArray() },
    };

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public void A_wrong_answer_is_not_read(string flaw, byte[] bytes)
    {
        Assert.Equal((flaw, false), (flaw, JoinReply.TryRead(bytes, out JoinReply read)));
        Assert.Null(read.Mapped);
    }

    [Fact]
    public void A_notice_is_written_and_read_as_it_is_built_by_hand()
    {
        byte[] expected = new StunBytes(JoinBytes.Indication)
            .With(JoinBytes.Party, JoinBytes.Name(2))
            .With(JoinBytes.Sealed, JoinBytes.SealedOf(83))
            .WithAddress(JoinBytes.Peer, "2001:db8::7", 40001, isXored: true)
            .WithFingerprint().ToArray();
        byte[] written = new byte[600];

        Assert.True(new PeerNotice
        {
            TransactionId = Id,
            Peer = new PeerEntry { Party = JoinBytes.Name(2), Sealed = JoinBytes.SealedOf(83), V6 = HereV6 },
        }.TryWrite(written, out int length));
        Assert.Equal(expected, written[..length]);

        Assert.True(PeerNotice.TryRead(expected, out PeerNotice read));
        Assert.Equal(JoinBytes.SealedOf(83), read.Peer.Sealed);
        Assert.Equal((null, HereV6), (read.Peer.V4, read.Peer.V6));
        for (int cut = 0; cut < expected.Length; cut++) { Assert.False(PeerNotice.TryRead(expected.AsSpan(0, cut), out _)); }
    }

    [Fact]
    public void A_malformed_notice_is_not_read()
    {
        StunBytes Whole(ushort type) => new StunBytes(type).With(JoinBytes.Party, new byte[16]).With(JoinBytes.Sealed, 1);

        Assert.True(PeerNotice.TryRead(Whole(0x02D1).WithFingerprint().ToArray(), out _));
        Assert.False(PeerNotice.TryRead(Whole(0x02D1).ToArray(), out _));
        Assert.False(PeerNotice.TryRead(Whole(0x02D0).WithFingerprint().ToArray(), out _));
        Assert.False(PeerNotice.TryRead(Whole(0x03C1).WithFingerprint().ToArray(), out _));
        Assert.False(PeerNotice.TryRead(new StunBytes(0x02D1).With(JoinBytes.Party, new byte[16]).WithFingerprint().ToArray(), out _));
        Assert.False(PeerNotice.TryRead(new StunBytes(0x02D1).With(JoinBytes.Sealed, 1).WithFingerprint().ToArray(), out _));
    }

    [Fact]
    public void Messages_that_do_not_fit_are_not_written()
    {
        var peer = new PeerEntry { Party = JoinBytes.Name(2), Sealed = JoinBytes.SealedOf(83), V6 = HereV6 };

        Assert.False(new PeerNotice { TransactionId = Id, Peer = peer }.TryWrite(new byte[150], out int length));
        Assert.Equal(0, length);
        Assert.False(new JoinReply { TransactionId = Id, Mapped = Here, Peer = peer }.TryWrite(new byte[150], out length));
        Assert.Equal(0, length);
    }

    private static StunBytes Error(byte number) => new StunBytes(JoinBytes.Error).With(JoinBytes.ErrorCode, 0, 0, 4, number);

    private static StunBytes Granted() => new StunBytes(JoinBytes.Success).WithAddress(JoinBytes.Mapped, "192.0.2.7", 1, isXored: true);
}
