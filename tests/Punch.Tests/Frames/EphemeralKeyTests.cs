using Xunit;

namespace Punch.Tests.Frames;

public sealed class EphemeralKeyTests
{
    private const string P = "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF";
    private const string RootOfB = "66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4"; // y of the point whose x is 0
    private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData( // RFC 5903 §8.1, seen from i
        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE")]
    [InlineData( // RFC 5903 §8.1, seen from r
        "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
        "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C37725811805271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE")]
    [InlineData( // NIST CAVS, KAS_ECC_CDH_PrimitiveTest, P-256, count 0
        "7D7DC5F71EB29DDAF80D6214632EEAE03D9058AF1FB6D22ED80BADB62BC1A534",
        null,
        "700C48F77F56584C5CC632CA65640DB91B6BACCE3A4DF6B42CE7CC838833D287DB71E509E3FD9B060DDB20BA5C51DCC5948D46FBF640DFE0441782CAB85FA4AC",
        "46FC62106420FF012E54A434FBDD2D25CCC5852060561E68040DD7778997BD7B")]
    public void Published_exchanges_come_out(string scalar, string? own, string theirs, string shared)
    {
        byte[] random = Convert.FromHexString(scalar);
        random[31]--; // Create adds 1; none of these ends in 00
        using var key = EphemeralKey.Create(random);
        byte[] secret = new byte[32];

        Assert.True(key.TryAgree(Convert.FromHexString(theirs), secret));
        Assert.Equal(shared, Convert.ToHexString(secret));
        if (own is not null) { Assert.Equal(own, Convert.ToHexString(key.PublicKey.Span)); }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000FF", "0000000000000000000000000000000000000000000000000000000000000100")]
    [InlineData("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC63254F", "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550")] // n - 2
    [InlineData("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550", "0000000000000000000000000000000000000000000000000000000000000001")] // n - 1
    [InlineData("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", "0000000000000000000000000000000000000000000000000000000000000002")] // n
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "00000000FFFFFFFF00000000000000004319055258E8617B0C46353D039CDAB0")]
    public void Any_bytes_make_a_scalar_from_1_to_n_minus_1(string random, string expected)
    {
        byte[] scalar = new byte[32];

        CurvePoint.ReduceScalar(Convert.FromHexString(random), scalar);

        Assert.Equal(expected, Convert.ToHexString(scalar));
        using var key = EphemeralKey.Create(Convert.FromHexString(random));
        Assert.True(CurvePoint.IsOnCurve(key.PublicKey.Span));
    }

    [Fact]
    public void The_point_at_x_0_is_on_the_curve()
    {
        using EphemeralKey key = MeetingRig.LowKey();

        Assert.True(key.TryAgree(Convert.FromHexString(Zero + RootOfB), new byte[32]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("04")]
    [InlineData(Zero + Zero)]
    [InlineData(P + RootOfB)] // x = p, which is 0 if reduced coordinates are not enforced
    [InlineData(Zero + P)]
    [InlineData(P + P)]
    [InlineData(RootOfB + Zero)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData( // the public key of RFC 5903 with another last bit
        "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AA")]
    [InlineData( // the same as a compressed and an uncompressed point
        "03D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63")]
    [InlineData(
        "04D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF6356FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB")]
    public void Bytes_that_are_not_a_point_are_refused_and_nothing_is_written(string theirs)
    {
        using EphemeralKey key = MeetingRig.LowKey();
        byte[] secret = new byte[32];

        Assert.False(key.TryAgree(Convert.FromHexString(theirs), secret));
        Assert.All(secret, each => Assert.Equal(0, each));
    }

    [Fact]
    public void No_flipped_bit_of_a_public_key_leaves_it_on_the_curve()
    {
        using EphemeralKey key = MeetingRig.LowKey();

        // each flip of x would need another y, and only the one of opposite sign fits x: by chance 1 of 2^250
        for (int bit = 0; bit < 512; bit++) { Assert.False(CurvePoint.IsOnCurve(MeetingRig.Flipped(key.PublicKey.Span, bit)), $"bit {bit}"); }
    }

    [Fact]
    public void A_point_that_passes_the_check_is_accepted_by_the_platform()
    {
        using EphemeralKey mine = MeetingRig.LowKey();
        var random = new SplitMix64(20261122);
        byte[] scalar = new byte[32];
        byte[] here = new byte[32];
        byte[] there = new byte[32];
        for (int i = 0; i < 50; i++)
        {
            for (int at = 0; at < scalar.Length; at++) { scalar[at] = (byte)(random.Next() & 0xFF); }

            using var theirs = EphemeralKey.Create(scalar);

            Assert.True(mine.TryAgree(theirs.PublicKey.Span, here));
            Assert.True(theirs.TryAgree(mine.PublicKey.Span, there));
            Assert.Equal(here, there);
        }
    }

    [Fact]
    public void A_key_takes_exactly_32_random_bytes()
    {
        Assert.Throws<ArgumentException>(() => EphemeralKey.Create(new byte[31]));
        Assert.Throws<ArgumentException>(() => EphemeralKey.Create(new byte[33]));
    }
}
