using System.Buffers;

namespace Punch.Cli.Copy;

/// <summary>What Windows takes for the name of a file.</summary>
internal static class WindowsName
{
    // A colon names a stream of a file, or a drive; a backslash is a path.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>:\"/\\|?*");

    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. "0123456789\u00B9\u00B2\u00B3".SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }),
    ];

    /// <summary>Whether a name is one, and is not read as another one.</summary>
    public static bool IsUsable(string name)
    {
        bool isPlain = name.Length > 0 && !name.AsSpan().ContainsAny(Forbidden) && !name.Any(char.IsControl);

        // Windows drops dots and blanks at the end.
        if (!isPlain || name[^1] is '.' or ' ') { return false; }

        string stem = name.Split('.')[0].TrimEnd(' ');
        return !Devices.Contains(stem, StringComparer.OrdinalIgnoreCase);
    }
}
