using System.Globalization;
using System.Text;
using Punch.Cli.Output;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("2007-02-26 12:00:00 +0000", "2007-02-26 12:00:00 +0000")]
    [InlineData("Grüße, 世界 😀", "Grüße, 世界 😀")]
    [InlineData("a\u001b[31mb", "a\\x1b[31mb")]
    [InlineData("\u0000\u0007\u0008\u007f", "\\x00\\x07\\x08\\x7f")]
    [InlineData("a\r\n\tb", "a\\r\\n\\tb")]
    [InlineData("\u009b31m\u0085", "\\u{9b}31m\\u{85}")]
    [InlineData("a\\x1b", "a\\\\x1b")]
    [InlineData("\u202eevil\u202c", "\\u{202e}evil\\u{202c}")]
    [InlineData("\u2066\u2069\u200e\u200f\u061c", "\\u{2066}\\u{2069}\\u{200e}\\u{200f}\\u{61c}")]
    [InlineData("zero\u200bwidth\u200d\u2060\ufeff", "zero\\u{200b}width\\u{200d}\\u{2060}\\u{feff}")]
    [InlineData("\u00ad\u034f\u115f\u3164\uffa0\u2800", "\\u{ad}\\u{34f}\\u{115f}\\u{3164}\\u{ffa0}\\u{2800}")]
    [InlineData("\ufe0f\U000E0041\U000E0100", "\\u{fe0f}\\u{e0041}\\u{e0100}")]
    [InlineData("\u2028\u2029\ue000\uffff", "\\u{2028}\\u{2029}\\u{e000}\\u{ffff}")]
    public void What_a_terminal_obeys_or_hides_is_escaped(string text, string printed) => Assert.Equal(printed, Print(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("FF", "\\xff")]
    [InlineData("61C3", "a\\xc3")]
    [InlineData("C3C3BC", "\\xc3ü")]
    [InlineData("E282", "\\xe2\\x82")]
    [InlineData("C080", "\\xc0\\x80")]
    [InlineData("EDA080", "\\xed\\xa0\\x80")]
    [InlineData("F4908080", "\\xf4\\x90\\x80\\x80")]
    [InlineData("80", "\\x80")]
    [InlineData("9B33316D", "\\x9b31m")]
    public void Bytes_that_are_not_UTF_8_are_escaped_one_by_one(string hex, string printed) => Assert.Equal(printed, Print(Convert.FromHexString(hex)));

    [Fact]
    public void No_code_point_reaches_a_terminal_as_a_control_or_format_character()
    {
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value)) { continue; }

            string printed = Print(Encoding.UTF8.GetBytes(new Rune(value).ToString()));

            foreach (Rune rune in printed.EnumerateRunes())
            {
                Assert.False(
                    Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned,
                    $"U+{value:X4} is printed as U+{rune.Value:X4}");
            }
        }
    }

    [Fact]
    public void Random_bytes_are_printed_without_controls_and_never_throw()
    {
        for (ulong seed = 0; seed < 2_000; seed++)
        {
            var random = new SplitMix64(seed);
            byte[] bytes = new byte[random.NextInt(100)];
            for (int i = 0; i < bytes.Length; i++) { bytes[i] = (byte)(random.Next() & 0xFF); }

            string printed = Print(bytes);

            Assert.True(printed.All(c => !char.IsControl(c)) && !printed.Contains('\ufffd'), $"seed {seed}");
        }
    }

    [Fact]
    public void A_datagram_of_1024_bytes_is_printed_whole_and_one_more_is_cut()
    {
        Assert.Equal(new string('x', 1024), Print(Encoding.ASCII.GetBytes(new string('x', 1024))));
        Assert.Equal(new string('x', 1024) + "... (1025 bytes)", Print(Encoding.ASCII.GetBytes(new string('x', 1025))));
    }

    [Fact]
    public void The_longest_line_is_bounded_by_four_characters_a_byte() =>
        Assert.Equal((1024 * 4) + "... (65507 bytes)".Length, Print(new byte[65_507]).Length);

    private static string Print(ReadOnlySpan<byte> bytes)
    {
        var line = new LineBuffer();
        PrintableText.Append(line, bytes);
        return Encoding.UTF8.GetString(line.Written);
    }
}
