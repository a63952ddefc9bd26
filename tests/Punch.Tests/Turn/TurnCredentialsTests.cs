using System.Text;
using Punch.Protocol.Turn;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Turn;

/// <summary>RFC 8489 §9.2: how a client proves that it knows the password.</summary>
public sealed class TurnCredentialsTests : IDisposable
{
    private static readonly TransactionId Id = TransactionId.FromBytes(StunBytes.Id);

    private readonly TurnCredentials _credentials = new("user", "pass"u8);

    [Fact]
    public void RFC_5769_2_4_is_signed_byte_for_byte()
    {
        byte[] vector = StunData.Vector("rfc5769-2.4-long-term");
        using var credentials = new TurnCredentials("マトリックス", "TheMatrIX"u8);
        Assert.Equal(
            ChallengeOutcome.Taken,
            Take(credentials, TurnBytes.Challenge(StunMethod.Allocate, nonce: "f//499k954d6OL34oL9FSTvy64sA").ToArray()));
        StunMessage.Parse(vector, out StunMessage message);
        byte[] written = new byte[500];
        StunWriter.TryCreate(written, StunMethod.Binding, StunClass.Request, message.TransactionId, out StunWriter writer);

        Assert.True(credentials.TryWrite(ref writer));

        Assert.Equal(vector, written[..writer.Length]);
    }

    [Fact]
    public void A_server_without_algorithms_gets_MD5_and_SHA_1()
    {
        Take(TurnBytes.Challenge(StunMethod.Allocate).ToArray());

        byte[] expected = new StunBytes(0x0004).With(0x0006, "user").With(0x0015, "nonce-1").With(0x0014, "example.org")
            .WithIntegrity(TurnBytes.Key("user", "pass")).WithFingerprint().ToArray();
        Assert.Equal(expected, Refresh());
    }

    [Theory]
    [InlineData(new byte[] { 0, 2, 0, 0, 0, 1, 0, 0 }, true)]
    [InlineData(new byte[] { 0, 1, 0, 0, 0, 2, 0, 0 }, false)]
    [InlineData(new byte[] { 0, 9, 0, 0, 0, 2, 0, 0 }, true)]
    public void A_server_with_algorithms_gets_its_first_known_one_and_SHA_256(byte[] algorithms, bool isSha256)
    {
        string nonce = $"{Features(1)}abc";
        Take(TurnBytes.Challenge(StunMethod.Allocate, nonce: nonce).With(TurnBytes.Algorithms, algorithms).ToArray());

        byte[] expected = new StunBytes(0x0004).With(0x0006, "user").With(0x0015, nonce).With(0x0014, "example.org")
            .With(0x8002, algorithms).With(0x001D, 0, (byte)(isSha256 ? 2 : 1), 0, 0)
            .WithIntegritySha256(TurnBytes.Key("user", "pass", isSha256)).WithFingerprint().ToArray();
        Assert.Equal(expected, Refresh());
    }

    [Fact]
    public void A_server_that_hides_names_gets_the_hash_of_the_name()
    {
        Take(TurnBytes.Challenge(StunMethod.Allocate, nonce: $"{Features(2)}x").ToArray());

        StunMessage.Parse(Refresh(), out StunMessage message);

        Assert.False(message.TryGetUsername(out _));
        Assert.True(message.TryGetUserhash(out ReadOnlySpan<byte> hash));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData("user:example.org"u8), hash);
    }

    [Fact]
    public void A_challenge_that_lost_its_algorithms_is_ignored()
    {
        Assert.Equal(ChallengeOutcome.Ignored, Take(TurnBytes.Challenge(StunMethod.Allocate, nonce: $"{Features(1)}x").ToArray()));
        Assert.False(_credentials.IsSigning);
    }

    [Fact]
    public void A_challenge_without_what_it_needs_is_ignored()
    {
        byte[][] ignored =
        [
            new StunBytes(0x0113).With(TurnBytes.ErrorCode, TurnBytes.Code(401)).With(TurnBytes.Realm, "r").ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate, realm: null).ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate, nonce: "").ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate, nonce: new string('n', 510)).ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate, realm: new string('r', 510)).ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate).With(TurnBytes.Algorithms, 0, 2).ToArray(),
            TurnBytes.Challenge(StunMethod.Allocate).With(TurnBytes.Algorithms, new byte[36]).ToArray(),
        ];

        Assert.All(ignored, bytes => Assert.Equal(ChallengeOutcome.Ignored, Take(bytes)));
        Assert.False(_credentials.IsSigning);
    }

    [Fact]
    public void Only_unknown_algorithms_are_a_reason_to_give_up() => Assert.Equal(
        ChallengeOutcome.Unsupported,
        Take(TurnBytes.Challenge(StunMethod.Allocate).With(TurnBytes.Algorithms, 0, 9, 0, 0).ToArray()));

    [Fact]
    public void A_second_401_of_the_realm_is_a_refusal_and_a_438_brings_a_nonce()
    {
        Take(TurnBytes.Challenge(StunMethod.Allocate).ToArray());

        Assert.Equal(ChallengeOutcome.Refused, Take(TurnBytes.Challenge(StunMethod.Allocate, nonce: "nonce-2").ToArray()));
        Assert.Equal(ChallengeOutcome.Taken, Take(TurnBytes.Challenge(StunMethod.Refresh, 438, realm: null, nonce: "nonce-3").ToArray()));
        StunMessage.Parse(Refresh(), out StunMessage message);
        message.TryGetNonce(out ReadOnlySpan<byte> nonce);
        Assert.Equal("nonce-3", Encoding.UTF8.GetString(nonce));
    }

    [Fact]
    public void A_new_nonce_does_not_weaken_the_algorithm()
    {
        byte[] algorithms = [0, 2, 0, 0];
        Take(TurnBytes.Challenge(StunMethod.Allocate, nonce: $"{Features(1)}a").With(TurnBytes.Algorithms, algorithms).ToArray());

        Take(TurnBytes.Challenge(StunMethod.Refresh, 438, nonce: "plain").ToArray());

        StunMessage.Parse(Refresh(), out StunMessage message);
        Assert.True(message.HasValidIntegritySha256(TurnBytes.Key("user", "pass", isSha256: true)));
    }

    [Fact]
    public void A_reply_is_signed_by_who_knows_the_password()
    {
        Take(TurnBytes.Challenge(StunMethod.Allocate).ToArray());

        Assert.True(Admits(new StunBytes(0x0104).WithIntegrity(TurnBytes.Key("user", "pass")).ToArray()));
        Assert.False(Admits(new StunBytes(0x0104).WithIntegrity(TurnBytes.Key("user", "other")).ToArray()));
        Assert.False(Admits(new StunBytes(0x0104).ToArray()));
        Assert.True(Admits(new StunBytes(0x0114).With(TurnBytes.ErrorCode, TurnBytes.Code(437)).ToArray()));
        Assert.False(Admits(new StunBytes(0x0114).With(TurnBytes.ErrorCode, TurnBytes.Code(300)).ToArray()));
    }

    [Fact]
    public void The_longest_credentials_fit_into_a_request()
    {
        using var credentials = new TurnCredentials(new string('u', TurnServer.MaxUser), new byte[TurnServer.MaxPassword]);
        string text = new('x', 509);
        byte[] algorithms = [.. Enumerable.Repeat(new byte[] { 0, 2, 0, 0 }, 8).SelectMany(a => a)];
        Take(credentials, TurnBytes.Challenge(StunMethod.Allocate, realm: text, nonce: text).With(TurnBytes.Algorithms, algorithms).ToArray());
        byte[] buffer = new byte[TurnRequest.MaxLength];
        var request = new TurnRequest(StunMethod.ChannelBind, Id) { Peer = TransportAddress.Parse("[2001:db8::1]:1"), Channel = 0x4001 };

        Assert.True(credentials.IsSigning);
        Assert.NotEqual(0, request.Write(buffer, credentials));
    }

    public void Dispose() => _credentials.Dispose();

    /// <summary>RFC 8489 §9.2: the cookie, and 24 feature bits in base 64.</summary>
    private static string Features(byte bits) => "obMatJos2" + Convert.ToBase64String([0, 0, bits]);

    private ChallengeOutcome Take(byte[] bytes) => Take(_credentials, bytes);

    private static ChallengeOutcome Take(TurnCredentials credentials, byte[] bytes)
    {
        Assert.True(TurnReply.TryRead(bytes, out TurnReply reply));
        return credentials.Take(reply);
    }

    private bool Admits(byte[] bytes)
    {
        Assert.True(TurnReply.TryRead(bytes, out TurnReply reply));
        return _credentials.Admits(reply);
    }

    private byte[] Refresh()
    {
        byte[] buffer = new byte[TurnRequest.MaxLength];
        return buffer[..new TurnRequest(StunMethod.Refresh, Id).Write(buffer, _credentials)];
    }
}
