using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Punch.Protocol.Copying;

/// <summary>
/// The path of an entry below the folder that receives it: 1 to 64 names. It is checked once, here, and cannot lead out of that folder.
/// </summary>
public sealed record EntryPath
{
    /// <summary>The longest path, in bytes of UTF-8 with a slash between two names.</summary>
    public const int MaxLength = 4_096;

    /// <summary>The longest name, in bytes of UTF-8: what file systems take.</summary>
    public const int MaxName = 255;

    /// <summary>The most names.</summary>
    public const int MaxNames = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private EntryPath(string text) => Text = text;

    /// <summary>The names, with a slash between two of them.</summary>
    public string Text { get; }

    /// <summary>The names, the outermost first.</summary>
    public IReadOnlyList<string> Names => Text.Split('/');

    /// <summary>Reads a path from the wire: any bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out EntryPath? path)
    {
        path = null;
        if (bytes.Length is 0 or > MaxLength || !IsPlain(bytes)) { return false; }

        // Only well-formed UTF-8 has one spelling.
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) { return false; }

        path = new EntryPath(Encoding.UTF8.GetString(bytes));
        return true;
    }

    /// <summary>Makes a path of names with a slash between two of them; false if they make none.</summary>
    public static bool TryMake(string text, [NotNullWhen(true)] out EntryPath? path)
    {
        path = null;
        try
        {
            return text.Length <= MaxLength && TryRead(Strict.GetBytes(text), out path);
        }
        catch (EncoderFallbackException)
        {
            // Half a surrogate pair: a name that is no text.
            return false;
        }
    }

    /// <summary>Writes the path. Returns its length, at most <see cref="MaxLength"/>.</summary>
    public int Write(Span<byte> destination) => Encoding.UTF8.GetBytes(Text, destination);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsPlain(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        foreach (Range range in bytes.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = bytes[range];
            bool isName = name.Length is > 0 and <= MaxName && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);
            if (!isName || name.Contains((byte)0) || ++count > MaxNames) { return false; }
        }

        return true;
    }
}
