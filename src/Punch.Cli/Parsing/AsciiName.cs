using System.Globalization;
using System.Text;

namespace Punch.Cli.Parsing;

/// <summary>The ASCII form of a host name for look-ups: RFC 5891 calls it the A-label, <c>xn--mller-kva</c> for müller.</summary>
internal static class AsciiName
{
    /// <summary>Finds it; false if the name has none.</summary>
    public static bool TryFind(string name, out string ascii)
    {
        ascii = name;
        if (System.Text.Ascii.IsValid(name)) { return true; }

        try
        {
            string composed = name.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

            // Without the Unicode tables, a letter and its accent stay separate, and would make another name.
            if (composed.Any(letter => char.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark)) { return false; }

            ascii = new IdnMapping { AllowUnassigned = true }.GetAscii(composed);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
