using System.Security.Cryptography;
using System.Text;
using Punch.Protocol;

namespace Punch.Cli.Session;

/// <summary>
/// Remembers by network which way a server was reached, in a small file of this user. A network and a server are a hash there, so that the
/// file does not say where the user was. Nothing that goes wrong with the file is an error: then nothing is remembered.
/// </summary>
/// <param name="path">The file; null where this system has no place for it.</param>
internal sealed class WayMemory(string? path)
{
    /// <summary>How many networks are remembered; the oldest go first.</summary>
    public const int MaxEntries = 64;

    // A line has a key, a blank and a way.
    private const int MaxLength = MaxEntries * 128;
    private const int KeyLength = 16;

    /// <summary>The file of this user: in the place where the system keeps the state of programs.</summary>
    public static WayMemory OfUser()
    {
        string? folder = OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("LOCALAPPDATA")
            : OperatingSystem.IsMacOS() ? InHome("Library/Application Support")
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state : InHome(".local/state");
        return new WayMemory(string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, "punch", "ways"));
    }

    /// <summary>The key of a network and a server.</summary>
    /// <param name="hosts">This machine's addresses.</param>
    /// <param name="server">The server, as it was typed.</param>
    public static string KeyOf(IReadOnlyList<LocalAddress> hosts, string server)
    {
        // The subnets, since the last part of an address changes with each lease. Temporary IPv6 addresses are of one subnet, too.
        IEnumerable<string> subnets = hosts.Select(Subnet).Distinct().Order(StringComparer.Ordinal);
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"punch way\n{server}\n{string.Join('\n', subnets)}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, KeyLength));
    }

    /// <summary>The way that worked; null for none.</summary>
    public string? Find(string key) =>
        Read().LastOrDefault(line => line.StartsWith($"{key} ", StringComparison.Ordinal))?[(key.Length + 1)..];

    /// <summary>Remembers a way, or with null forgets it.</summary>
    public void Put(string key, string? way)
    {
        if (path is null || Find(key) == way) { return; }

        try
        {
            List<string> lines = [.. Read().Where(line => !line.StartsWith($"{key} ", StringComparison.Ordinal))];
            if (way is not null) { lines.Add($"{key} {way}"); }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string next = $"{path}.{Environment.ProcessId}";
            File.WriteAllLines(next, lines.TakeLast(MaxEntries));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            // It is looked for again next time.
        }
    }

    private List<string> Read()
    {
        try
        {
            if (path is null || !File.Exists(path) || new FileInfo(path).Length > MaxLength) { return []; }

            return [.. File.ReadLines(path).Take(MaxEntries)];
        }
        catch (Exception e) when (IsUnusable(e))
        {
            return [];
        }
    }

    private static bool IsUnusable(Exception e) => e is IOException or UnauthorizedAccessException or System.Security.SecurityException
        or ArgumentException or NotSupportedException;

    private static string? InHome(string folder) =>
        Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, folder) : null;

    private static string Subnet(LocalAddress host)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = host.Address.Write(bytes);
        for (int i = 0; i < length; i++)
        {
            int bits = Math.Clamp(host.PrefixLength - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF00 >> bits & 0xFF);
        }

        return Convert.ToHexStringLower(bytes[..length]);
    }
}
