using System.Globalization;
using System.Text;

namespace Punch.Cli.Output;

/// <summary>
/// Makes bytes from the network, and words from the command line, safe to print. Bytes that a terminal would obey or hide are escaped.
/// These are control characters (C0, DEL, C1), bidirectional and other format characters, invisible characters, code points without a
/// character, and invalid UTF-8. A backslash is doubled, so an escape cannot be forged.
/// </summary>
internal static class PrintableText
{
    /// <summary>The most bytes of one datagram that are printed. The original program reads no more.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Appends <paramref name="bytes"/> as text, at most <see cref="MaxBytes"/> of them.</summary>
    public static void Append(LineBuffer line, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes[..Math.Min(bytes.Length, MaxBytes)];
        while (!rest.IsEmpty)
        {
            int plain = PlainLength(rest);
            line.Append(rest[..plain]);
            rest = rest[plain..];
            if (rest.IsEmpty) { break; }

            bool isValid = Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (isValid && IsVisible(rune)) { line.Append(rest[..consumed]); }
            else { AppendEscape(line, rest[..consumed], isValid ? rune : null); }

            rest = rest[consumed..];
        }

        if (bytes.Length > MaxBytes) { line.Append($"... ({bytes.Length} bytes)"); }
    }

    /// <summary>The same for a word of the command line.</summary>
    public static void Append(LineBuffer line, string text) => Append(line, Encoding.UTF8.GetBytes(text));

    private static int PlainLength(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
        ReadOnlySpan<byte> ascii = length < 0 ? bytes : bytes[..length];
        int backslash = ascii.IndexOf((byte)'\\');
        return backslash < 0 ? ascii.Length : backslash;
    }

    private static bool IsVisible(Rune rune) =>
        rune.Value != '\\' && !IsDefaultIgnorable(rune.Value) && Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse => false,
            UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
            _ => true,
        };

    /// <summary>
    /// Whether a character is invisible: those of Unicode's Default_Ignorable_Code_Point that have another category, and the blank Braille
    /// pattern.
    /// </summary>
    private static bool IsDefaultIgnorable(int value) => value
        is 0x034F or (>= 0x115F and <= 0x1160) or (>= 0x17B4 and <= 0x17B5) or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164
        or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF);

    private static void AppendEscape(LineBuffer line, ReadOnlySpan<byte> bytes, Rune? rune)
    {
        switch (rune?.Value)
        {
            case '\\':
                line.Append("\\\\"u8);
                break;
            case '\n':
                line.Append("\\n"u8);
                break;
            case '\r':
                line.Append("\\r"u8);
                break;
            case '\t':
                line.Append("\\t"u8);
                break;
            case > 0x7F:
                line.Append($"\\u{{{rune.Value.Value:x}}}");
                break;
            default:
                foreach (byte b in bytes) { line.Append($"\\x{b:x2}"); }

                break;
        }
    }
}
