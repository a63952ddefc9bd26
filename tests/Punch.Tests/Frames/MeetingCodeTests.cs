using Xunit;

namespace Punch.Tests.Frames;

public sealed class MeetingCodeTests
{
    [Theory]
    [InlineData("7k3m-9q2p-xv4t-h8rn-5wzc")]
    [InlineData("7K3M-9Q2P-XV4T-H8RN-5WZC")]
    [InlineData("7k3m9q2pxv4th8rn5wzc")]
    [InlineData("  7k3m 9q2p xv4t h8rn 5wzc\n")]
    [InlineData("7-k3m9q-2pxv4th8--rn5wzc-")]
    [InlineData("7k3m–9q2p—xv4t−h8rn‐5wzc")]
    public void A_code_is_read_however_it_is_written(string text)
    {
        Assert.True(MeetingCode.TryParse(text, out MeetingCode? code, out MeetingCodeError error));
        Assert.Equal("7k3m-9q2p-xv4t-h8rn-5wzc", code.Reveal());
        Assert.Equal(default, error);
    }

    [Fact]
    public void Look_alike_letters_are_the_digits_they_look_like()
    {
        Assert.True(MeetingCode.TryParse("oOiI-lL01-abcd-efgh-jkmn", out MeetingCode? code, out _));
        Assert.Equal("0011-1101-abcd-efgh-jkmn", code.Reveal());
    }

    [Theory]
    [InlineData(null, MeetingCodeFault.Length, 0, '\0')]
    [InlineData("", MeetingCodeFault.Length, 0, '\0')]
    [InlineData("----", MeetingCodeFault.Length, 0, '\0')]
    [InlineData("7k3m-9q2p-xv4t-h8rn-5wz", MeetingCodeFault.Length, 19, '\0')]
    [InlineData("7k3m-9q2p-xv4t-h8rn-5wzc0", MeetingCodeFault.Length, 21, '\0')]
    [InlineData("7k3m-9q2p-xv4t-h8rn-5wzc-7k3m-9q2p-xv4t-h8rn-5wzc", MeetingCodeFault.Length, 40, '\0')]
    [InlineData("7u3m-9q2p-xv4t-h8rn-5wzc", MeetingCodeFault.Letter, 1, 'u')]
    [InlineData("7k3m-9q2p-xv4t-h8rn-5wzU", MeetingCodeFault.Letter, 19, 'U')]
    [InlineData("7k3m+9q2p", MeetingCodeFault.Letter, 4, '+')]
    [InlineData("7k3m-9q2é", MeetingCodeFault.Letter, 7, 'é')]
    [InlineData("\u212A", MeetingCodeFault.Letter, 0, '\u212A')] // the Kelvin sign, whose lower case is k
    public void Another_text_is_refused_with_what_is_wrong(string? text, MeetingCodeFault fault, int count, char letter)
    {
        Assert.False(MeetingCode.TryParse(text, out MeetingCode? code, out MeetingCodeError error));
        Assert.Null(code);
        Assert.Equal(new MeetingCodeError(fault, count, letter), error);
    }

    [Fact]
    public void Each_character_of_the_alphabet_keeps_its_place()
    {
        foreach (char character in "0123456789abcdefghjkmnpqrstvwxyz")
        {
            for (int place = 0; place < MeetingCode.Length; place++)
            {
                string text = new string('0', place) + character + new string('0', MeetingCode.Length - 1 - place);

                Assert.Equal(text, MeetingRig.Code(text).Reveal().Replace("-", ""));
            }
        }
    }

    [Fact]
    public void A_random_code_takes_the_first_100_bits()
    {
        Assert.Equal("0000-0000-0000-0000-0000", MeetingCode.FromRandom(new byte[13]).Reveal());
        Assert.Equal("zzzz-zzzz-zzzz-zzzz-zzzz", MeetingCode.FromRandom([.. Enumerable.Repeat((byte)0xFF, 13)]).Reveal());
        Assert.Equal("0000-0000-0000-0000-0001", MeetingCode.FromRandom([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1F]).Reveal());
        Assert.Equal("g000-0000-0000-0000-0000", MeetingCode.FromRandom([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).Reveal());
        Assert.Throws<ArgumentException>(() => MeetingCode.FromRandom(new byte[12]));
        Assert.Throws<ArgumentException>(() => MeetingCode.FromRandom(new byte[14]));
    }

    [Fact]
    public void Nothing_prints_a_secret_by_accident()
    {
        using MeetingKeys keys = MeetingRig.Keys();
        using EphemeralKey key = MeetingRig.LowKey();
        (SealedSession low, SealedSession high) = MeetingRig.Sessions();
        using SealedSession first = low;
        using SealedSession second = high;

        Assert.Equal("(meeting code)", $"{MeetingRig.Code()}");
        Assert.Equal("(meeting keys)", $"{keys}");
        Assert.Equal("(key of a party)", $"{key}");
        Assert.Equal("(sealed session)", $"{low}");
    }
}
