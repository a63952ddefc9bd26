using System.Runtime.InteropServices;

namespace Punch.Cli.Platform;

/// <summary>The system's text for an error number, for the middle of a line.</summary>
internal static class SystemErrorText
{
    /// <summary>The text of <c>strerror</c>, with a lower-case first letter.</summary>
    public static string Of(int error)
    {
        string text = Marshal.GetPInvokeErrorMessage(error);
        bool isAcronym = text.Length > 1 && char.IsUpper(text[1]);
        return text.Length == 0 || isAcronym ? text : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
