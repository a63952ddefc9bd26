using System.Text.Encodings.Web;

namespace Punch.Cli.Output;

/// <summary>
/// Writes JSON strings in printable ASCII only, so that a line is harmless on a terminal. The framework's encoders either keep format
/// characters or also escape the <c>+</c> and <c>'</c> that people read here.
/// </summary>
internal sealed class AsciiJsonEncoder : JavaScriptEncoder
{
    /// <summary>The one instance needed.</summary>
    public static readonly AsciiJsonEncoder Instance = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => "\\ud83d\\ude00".Length;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or > 0x7E or '"' or '\\';

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i])) { return i; }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Escaping(unicodeScalar).TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    // The default encoder writes a quote as \u0022, for web pages; the relaxed one as \".
    private static JavaScriptEncoder Escaping(int unicodeScalar) => unicodeScalar == '"' ? UnsafeRelaxedJsonEscaping : Default;
}
