using Punch.Serving.Rooms;
using Xunit;
using static Punch.Tests.Rendezvous.RendezvousRig;

namespace Punch.Tests.Rendezvous;

public sealed class ReturnCookieTests
{
    private static readonly Instant Start = Instant.At(TimeSpan.FromMinutes(10)); // the beginning of a period
    private readonly ReturnCookie _cookie = new(1, 2);

    [Fact]
    public void The_long_hash_is_SipHash_128()
    {
        var hash = new SipHash(0x0706050403020100, 0x0F0E0D0C0B0A0908);

        // of the 24 bytes 00 01 .. 17 under the key 00 01 .. 0f, by OpenSSL's SIPHASH: 2db479ae78bd50d8 882a8a178a6132ad
        Assert.Equal((0xD850BD78AE79B42DUL, 0xAD32618A178A2A88UL), hash.LongOf(0x0706050403020100, 0x0F0E0D0C0B0A0908, 0x1716151413121110));
        // the authors' vector for 16 bytes
        Assert.Equal(0x3F2ACC7F57C29BDBUL, hash.Of(0x0706050403020100, 0x0F0E0D0C0B0A0908));
    }

    [Theory]
    [InlineData(0, 0, nameof(CookieAge.Fresh))]
    [InlineData(0, 119.9, nameof(CookieAge.Fresh))]
    [InlineData(0, 120, nameof(CookieAge.Aging))]
    [InlineData(0, 239.9, nameof(CookieAge.Aging))]
    [InlineData(0, 240, nameof(CookieAge.Invalid))]
    [InlineData(119.9, 120, nameof(CookieAge.Aging))]
    [InlineData(119.9, 239.9, nameof(CookieAge.Aging))]
    [InlineData(119.9, 240, nameof(CookieAge.Invalid))]
    [InlineData(120, 119.9, nameof(CookieAge.Invalid))] // from the future
    public void A_nonce_holds_for_two_to_four_minutes(double made, double used, string expected)
    {
        byte[] nonce = Make(A, made);

        Assert.Equal(expected, _cookie.Check(nonce, A, Start + TimeSpan.FromSeconds(used)).ToString());
    }

    [Theory]
    [InlineData("192.0.2.7:40002")]
    [InlineData("192.0.2.8:40001")]
    [InlineData("[2001:db8::7]:40001")]
    [InlineData("[::c000:207]:40001")]
    public void A_nonce_holds_for_its_address_and_port_alone(string other)
    {
        byte[] nonce = Make(A, 0);

        Assert.Equal(CookieAge.Fresh, _cookie.Check(nonce, A, Start));
        Assert.Equal(CookieAge.Invalid, _cookie.Check(nonce, TransportAddress.Parse(other), Start));
    }

    [Fact]
    public void A_nonce_with_any_bit_flipped_or_of_another_length_or_key_is_worth_nothing()
    {
        byte[] nonce = Make(A, 0);

        for (int bit = 0; bit < 8 * nonce.Length; bit++)
        {
            byte[] forged = [.. nonce];
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(CookieAge.Invalid, _cookie.Check(forged, A, Start));
        }

        Assert.Equal(CookieAge.Invalid, _cookie.Check(nonce.AsSpan(0, 19), A, Start));
        Assert.Equal(CookieAge.Invalid, _cookie.Check([.. nonce, 0], A, Start));
        Assert.Equal(CookieAge.Invalid, _cookie.Check([], A, Start));
        Assert.Equal(CookieAge.Invalid, new ReturnCookie(1, 3).Check(nonce, A, Start));
        Assert.Equal(CookieAge.Invalid, new ReturnCookie(3, 2).Check(nonce, A, Start));
    }

    [Fact]
    public void A_party_that_joins_every_15_seconds_gets_a_new_nonce_in_time()
    {
        var rig = new RendezvousRig();
        byte[] cookie = rig.NonceFor(A);
        int renewed = 0;

        for (int i = 0; i < 100; i++)
        {
            JoinReply answer = rig.Send(new JoinBytes { Cookie = cookie }.ToArray(), A);
            Assert.Null(answer.Error);
            renewed += answer.Nonce.IsEmpty ? 0 : 1;
            if (!answer.Nonce.IsEmpty) { cookie = answer.Nonce.ToArray(); }

            rig.Wait(15);
        }

        Assert.Equal(100 * 15 / 120, renewed);
    }

    [Fact]
    public void A_nonce_of_another_address_or_of_long_ago_keeps_nothing()
    {
        var rig = new RendezvousRig();
        byte[] cookie = rig.NonceFor(A);

        Assert.Equal(StunErrorCode.StaleNonce, rig.Send(new JoinBytes { Cookie = cookie }.ToArray(), B).Error);
        rig.Wait(240);
        Assert.Equal(StunErrorCode.StaleNonce, rig.Send(new JoinBytes { Cookie = cookie }.ToArray(), A).Error);
        Assert.Equal(0, rig.Rooms);
    }

    private byte[] Make(TransportAddress address, double at)
    {
        byte[] nonce = new byte[ReturnCookie.Length];
        _cookie.Write(address, Start + TimeSpan.FromSeconds(at), nonce);
        return nonce;
    }
}
