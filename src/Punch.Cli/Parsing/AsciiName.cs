using System.Globalization;
using System.Text;

namespace Punch.Cli.Parsing;

/// <summary>
/// The form in which a host name beyond ASCII is looked up: RFC 5891 calls it the A-label, <c>xn--mller-kva</c> for müller.
/// </summary>
internal static class AsciiName
{
    /// <summary>Finds it; false where the name has none.</summary>
    public static bool TryFind(string name, out string ascii)
    {
        ascii = name;
        if (System.Text.Ascii.IsValid(name)) { return true; }

        try
        {
            string composed = name.Normalize(NormalizationForm.FormKC).ToLowerInvariant();

            // Without the tables of Unicode a letter and its accent stay apart, and would be another name.
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
