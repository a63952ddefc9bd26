using System.Security.Cryptography;
using System.Text;
using Punch.Protocol.Copying;

namespace Punch.Cli.Copy;

/// <summary>The names of unfinished files.</summary>
internal static class PartName
{
    private const string Suffix = ".punch.part";

    /// <summary>The name of the unfinished file beside a file.</summary>
    public static string Of(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) + Suffix.Length <= EntryPath.MaxName) { return name + Suffix; }

        // A long name leaves no room: a part of its hash stands for it.
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)) + Suffix;
    }

    /// <summary>Whether a name is one of these. No file that is sent may have it.</summary>
    public static bool IsOne(string name) => name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);
}
