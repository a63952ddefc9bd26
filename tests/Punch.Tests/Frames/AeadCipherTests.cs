using System.Security.Cryptography;
using Xunit;

namespace Punch.Tests.Frames;

/// <summary>McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 14 and 16.</summary>
public sealed class AeadCipherTests
{
    [Theory]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
        "00000000000000000000000000000000", "CEA7403D4D606B6E074EC5D3BAF39D18", "D0D1C8A799996BF0265B98B5D48AB919")]
    [InlineData(
        "FEFFE9928665731C6D6A8F9467308308FEFFE9928665731C6D6A8F9467308308", "CAFEBABEFACEDBADDECAF888", "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
        "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A721C3C0C95956809532FCF0E2449A6B525B16AEDF5AA0DE657BA637B39",
        "522DC1F099567D07F47F37A32A84427D643A8CDCBFE5C0C97598A2BD2555D1AA8CB08E48590DBB3DA7B08B1056828838C5F61E6393BA7A0ABCC9F662",
        "76FC6ECE0F4E1768CDDF8853BB2D551B")]
    public void Published_vectors_come_out_both_ways(string key, string nonce, string associated, string plaintext, string ciphertext, string tag)
    {
        using var cipher = new AeadCipher(Convert.FromHexString(key));
        byte[] text = Convert.FromHexString(plaintext);
        byte[] madeTag = new byte[16];
        byte[] opened = new byte[text.Length];

        cipher.Seal(Convert.FromHexString(nonce), text, text, madeTag, Convert.FromHexString(associated));

        Assert.Equal((ciphertext, tag), (Convert.ToHexString(text), Convert.ToHexString(madeTag)));
        Assert.True(cipher.TryOpen(Convert.FromHexString(nonce), text, madeTag, opened, new byte[text.Length], Convert.FromHexString(associated)));
        Assert.Equal(plaintext, Convert.ToHexString(opened));
    }

    [Fact]
    public void It_opens_exactly_what_the_platform_opens_at_every_length()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        byte[] nonce = [.. Enumerable.Range(0, 12).Select(i => (byte)i)];
        using var cipher = new AeadCipher(key);
        using var platform = new AesGcm(key, 16);
        for (int length = 1; length <= 300; length++)
        {
            byte[] plaintext = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
            byte[] ciphertext = new byte[length];
            byte[] tag = new byte[16];
            byte[] opened = new byte[length];
            platform.Encrypt(nonce, plaintext, ciphertext, tag, nonce);

            Assert.True(cipher.TryOpen(nonce, ciphertext, tag, opened, new byte[length], nonce));
            Assert.Equal(plaintext, opened);
        }
    }

    [Fact]
    public void A_broken_seal_leaves_no_plaintext_behind()
    {
        using var cipher = new AeadCipher(new byte[32]);
        byte[] ciphertext = Convert.FromHexString("CEA7403D4D606B6E074EC5D3BAF39D18");
        byte[] tag = Convert.FromHexString("D0D1C8A799996BF0265B98B5D48AB919");
        byte[] opened = [.. Enumerable.Repeat((byte)1, 16)];

        Assert.False(cipher.TryOpen(new byte[12], ciphertext, MeetingRig.Flipped(tag, 127), opened, new byte[16], []));
        Assert.Equal(new byte[16], opened);
        Assert.False(cipher.TryOpen(new byte[12], ciphertext, tag, opened, new byte[16], [0]));
        Assert.Equal(new byte[16], opened);
    }
}
