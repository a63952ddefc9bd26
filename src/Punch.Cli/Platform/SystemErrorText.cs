using System.Runtime.InteropServices;

namespace Punch.Cli.Platform;

/// <summary>The system's words for an error number, as they read in the middle of a line.</summary>
internal static class SystemErrorText
{
    /// <summary>The words of <c>strerror</c>, without the capital letter that they begin with.</summary>
    public static string Of(int error)
    {
        string text = Marshal.GetPInvokeErrorMessage(error);
        bool isAcronym = text.Length > 1 && char.IsUpper(text[1]);
        return text.Length == 0 || isAcronym ? text : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
