using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Punch.Protocol.Frames;

/// <summary>
/// The shared secret by which two machines find and trust each other: 100 random bits, as 20 characters of Crockford's base 32 in five
/// groups, such as <c>7k3m-9q2p-xv4t-h8rn-5wzc</c>. Any 20 such characters are a code. <see cref="ToString"/> does not show it, so that no
/// log does by accident.
/// </summary>
public sealed class MeetingCode
{
    /// <summary>The number of characters of a code without its dashes.</summary>
    public const int Length = 20;

    /// <summary>The number of random bytes for <see cref="FromRandom"/>: 100 bits, rounded up.</summary>
    public const int RandomLength = 13;

    private const int BitsOfACharacter = 5;
    private const int SpareBits = 4; // 13 bytes have 104 bits
    private const int GroupLength = 4;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly UInt128 _bits;

    private MeetingCode(UInt128 bits) => _bits = bits;

    /// <summary>Makes a code from the first 100 of 104 random bits.</summary>
    /// <param name="random"><see cref="RandomLength"/> bytes from a secure source.</param>
    /// <exception cref="ArgumentException">The number of bytes is wrong.</exception>
    public static MeetingCode FromRandom(ReadOnlySpan<byte> random)
    {
        if (random.Length != RandomLength) { throw new ArgumentException("a code takes 13 random bytes", nameof(random)); }

        UInt128 bits = UInt128.Zero;
        foreach (byte each in random) { bits = bits << 8 | each; }

        return new MeetingCode(bits >> SpareBits);
    }

    /// <summary>
    /// Reads a code as people write it: in any case, with dashes, spaces, underscores and quotes anywhere or nowhere, with <c>o</c> for 0
    /// and <c>i</c> or <c>l</c> for 1.
    /// </summary>
    /// <param name="text">The user's text.</param>
    /// <param name="code">The code; null if the result is false.</param>
    /// <param name="error">The fault of the text.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out MeetingCode? code, out MeetingCodeError error)
    {
        code = null;
        UInt128 bits = UInt128.Zero;
        int count = 0;
        foreach (char letter in text ?? "")
        {
            if (IsSeparator(letter)) { continue; }

            int value = ValueOf(letter);
            if (value < 0)
            {
                error = new MeetingCodeError(MeetingCodeFault.Letter, count, letter);
                return false;
            }

            bits = bits << BitsOfACharacter | (uint)value;
            count++;
        }

        error = count == Length ? default : new MeetingCodeError(MeetingCodeFault.Length, count, default);
        code = count == Length ? new MeetingCode(bits) : null;
        return code is not null;
    }

    /// <summary>The code in its canonical form, lower case with dashes. Show it only to the people who share it.</summary>
    public string Reveal()
    {
        Span<char> text = stackalloc char[Length + Length / GroupLength - 1];
        Span<byte> characters = stackalloc byte[Length];
        WriteCharacters(characters);
        text.Fill('-');
        for (int i = 0; i < Length; i++) { text[i + i / GroupLength] = (char)characters[i]; }

        return new string(text);
    }

    /// <summary>A constant text, so that no log shows the code.</summary>
    public override string ToString() => "(meeting code)";

    /// <summary>Writes the 20 canonical characters in ASCII, without dashes, for the derivation of keys.</summary>
    internal void WriteCharacters(Span<byte> destination)
    {
        UInt128 rest = _bits;
        for (int i = Length - 1; i >= 0; i--)
        {
            destination[i] = (byte)Alphabet[(int)(rest & 0x1F)];
            rest >>= BitsOfACharacter;
        }
    }

    // Word processors and chats replace typed dashes and spaces with others (U+2010 to U+2015, U+2212), and add quotes and invisible
    // characters.
    private static bool IsSeparator(char letter) =>
        letter is '-' or '_' or (>= '\u2010' and <= '\u2015') or '\u2212' or '"' or '\'' or '`' or (>= '\u2018' and <= '\u201F')
            or '\u00AB' or '\u00BB'
        || char.IsWhiteSpace(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format;

    private static int ValueOf(char letter)
    {
        char lower = letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20) : letter;
        return lower switch
        {
            'o' => 0,
            'i' or 'l' => 1,
            _ => Alphabet.IndexOf(lower, StringComparison.Ordinal),
        };
    }
}
