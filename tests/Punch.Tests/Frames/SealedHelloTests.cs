using Xunit;

namespace Punch.Tests.Frames;

public sealed class SealedHelloTests : IDisposable
{
    private const string Frozen =
        "00000001E4FD4731A95BBF8F0C7848A3D1960AF5DAD4DE72B2A2ECFEC9CDF0A634C0402ADE63733220B6C2BB89A0598FF962BDFD196C60BEADACAC4766D786030B524D37"
        + "9D5EF095F1A8097A384390D697158B8ACC0FEE54D15954142B0D78AD991170AC5CE837C4C02259CBC49F972FA75204B94283F35F74509C42D5B03AF51135E460D35B7B08"
        + "893803C312E8E848BD425A7D";

    private readonly MeetingKeys _keys = MeetingRig.Keys();
    private readonly HelloSealer _sealer;
    private readonly HelloOpener _opener;

    public SealedHelloTests()
    {
        _sealer = new HelloSealer(_keys, MeetingRig.Low);
        _opener = new HelloOpener(_keys, MeetingRig.High, MeetingRig.Low);
    }

    public void Dispose()
    {
        _opener.Dispose();
        _sealer.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public void A_sealed_hello_is_frozen() => Assert.Equal(Frozen, Convert.ToHexString(Seal(1)));

    [Fact]
    public void A_frozen_hello_opens()
    {
        Assert.Equal(HelloError.None, _opener.Open(Convert.FromHexString(Frozen), out Hello? hello));

        Assert.Equal(MeetingRig.LowHello().Candidates, hello!.Candidates);
        Assert.Equal((1u, MeetingRig.Low), (_opener.Revision, _opener.Party));
    }

    [Fact]
    public void The_revision_grows_with_each_different_hello_and_with_nothing_else()
    {
        Assert.True(_sealer.Sealed.IsEmpty);
        byte[] first = Seal(0);
        byte[] same = Seal(0);
        byte[] second = Seal(1);
        byte[] third = Seal(0);

        Assert.Equal(first, same);
        Assert.Equal([1, 2, 3], new[] { first[3], second[3], third[3] });
        Assert.Equal(3u, _sealer.Revision);
        Assert.NotEqual(first[4..], third[4..]);
        Assert.Equal(third, _sealer.Sealed.ToArray());
    }

    [Fact]
    public void A_shorter_hello_that_begins_alike_is_another_one()
    {
        byte[] candidates = Seal(1);
        Hello full = MeetingRig.LowHello();

        ReadOnlyMemory<byte> fewer = _sealer.Seal(new Hello(1, full.Traits, full.PublicKey, [full.Candidates[0]]));

        Assert.Equal(148, candidates.Length);
        Assert.Equal(116, fewer.Length);
        Assert.Equal(HelloError.None, _opener.Open(fewer.Span, out Hello? hello));
        Assert.Single(hello!.Candidates);
    }

    [Fact]
    public void Each_revision_is_taken_in_once_and_no_older_one()
    {
        byte[] first = Seal(0);
        byte[] second = Seal(1);
        byte[] third = Seal(2);

        Assert.Equal(HelloError.None, _opener.Open(second, out _));
        Assert.Equal(HelloError.Stale, _opener.Open(second, out _));
        Assert.Equal(HelloError.Stale, _opener.Open(first, out Hello? old));
        Assert.Null(old);
        Assert.Equal(HelloError.None, _opener.Open(third, out Hello? hello));
        Assert.Equal(2, hello!.Round);
    }

    [Fact]
    public void A_forged_revision_does_not_shut_out_the_true_one()
    {
        byte[] first = Seal(0);
        byte[] forged = MeetingRig.Flipped(first, 7); // the highest bit of the revision

        Assert.Equal(HelloError.Forged, _opener.Open(forged, out _));
        Assert.Equal(0u, _opener.Revision);
        Assert.Equal(HelloError.None, _opener.Open(first, out _));
    }

    [Fact]
    public void Every_flipped_bit_breaks_the_seal_or_makes_it_stale()
    {
        byte[] whole = Seal(0);
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            HelloError expected = bit == 24 ? HelloError.Stale : HelloError.Forged; // bit 24 makes revision 1 a 0

            Assert.Equal(expected, _opener.Open(MeetingRig.Flipped(whole, bit), out Hello? hello));
            Assert.Null(hello);
        }
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = Seal(0);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Equal(length <= 20 ? HelloError.Length : HelloError.Forged, _opener.Open(whole.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A_longer_one_than_the_limit_is_not_even_tried()
    {
        byte[] longest = MeetingRig.SealAsLow(Padded(SealedHello.MaxLength - 20));
        byte[] tooLong = MeetingRig.SealAsLow(Padded(SealedHello.MaxLength - 20 + 1), revision: 2);

        Assert.Equal((448, 449), (longest.Length, tooLong.Length));
        Assert.Equal(HelloError.None, _opener.Open(longest, out _));
        Assert.Equal(HelloError.Length, _opener.Open(tooLong, out _));
    }

    [Fact]
    public void What_this_code_seals_stays_far_below_the_limit() => Assert.Equal(404, SealedHello.MaxSentLength);

    [Fact]
    public void Another_code_can_neither_open_nor_seal()
    {
        using MeetingKeys others = MeetingRig.Keys("7k3m-9q2p-xv4t-h8rn-5wzd");
        using var opener = new HelloOpener(others, MeetingRig.High, MeetingRig.Low);
        using var sealer = new HelloSealer(others, MeetingRig.Low);

        Assert.Equal(HelloError.Forged, opener.Open(Seal(0), out _));
        Assert.Equal(HelloError.Forged, _opener.Open(sealer.Seal(MeetingRig.LowHello()).Span, out _));
    }

    [Fact]
    public void A_hello_under_another_partys_name_is_refused()
    {
        using var opener = new HelloOpener(_keys, MeetingRig.High, new PartyId(MeetingRig.Low.Value + 1));

        Assert.Equal(HelloError.Forged, opener.Open(Seal(0), out _));
    }

    [Fact]
    public void A_reflected_hello_is_refused()
    {
        using var opener = new HelloOpener(_keys, MeetingRig.Low, MeetingRig.Low);

        Assert.Equal(HelloError.Reflected, opener.Open(Seal(0), out _));
    }

    [Theory]
    [InlineData("02", HelloError.OtherVersion)]
    [InlineData("00", HelloError.OtherVersion)]
    [InlineData("01", HelloError.Malformed)]
    public void Only_a_peer_that_knows_the_code_can_show_another_version(string plaintext, HelloError expected)
    {
        byte[] whole = MeetingRig.SealAsLow(Convert.FromHexString(plaintext));

        Assert.Equal(expected, _opener.Open(whole, out _));
        Assert.Equal(HelloError.Stale, _opener.Open(whole, out _));
    }

    [Fact]
    public void Revision_0_is_never_taken_in() =>
        Assert.Equal(HelloError.Stale, _opener.Open(MeetingRig.SealAsLow(Padded(96), revision: 0), out _));

    [Fact]
    public void The_same_hello_is_sealed_to_the_same_bytes_by_each_party()
    {
        using var again = new HelloSealer(_keys, MeetingRig.Low);

        Assert.Equal(Seal(7), again.Seal(MeetingRig.LowHello(7)).ToArray());
    }

    [Fact]
    public void Refusing_allocates_nothing()
    {
        byte[] whole = Seal(0);
        byte[] forged = MeetingRig.Flipped(whole, 500);
        _opener.Open(whole, out _);
        byte[] second = MeetingRig.Flipped(Seal(1), 900);

        Assert.Equal(0, Allocation.Fewest(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _opener.Open(whole, out _);
                _opener.Open(forged, out _);
                _opener.Open(second, out _);
                _opener.Open(whole.AsSpan(0, 20), out _);
            }
        }));
    }

    private byte[] Seal(byte round) => _sealer.Seal(MeetingRig.LowHello(round)).ToArray();

    private static byte[] Padded(int length)
    {
        byte[] plaintext = new byte[Math.Max(length, Hello.MaxLength)];
        MeetingRig.LowHello().Write(plaintext);
        return plaintext[..length];
    }
}
