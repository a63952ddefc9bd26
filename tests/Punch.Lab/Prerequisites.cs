using System.Runtime.InteropServices;
using Punch.Lab.Linux;
using Punch.Lab.Topology;
using Xunit;

namespace Punch.Lab;

/// <summary>What the lab needs from its machine. Tests that lack something are skipped with the reason.</summary>
internal static class Prerequisites
{
    private static readonly Lazy<string?> MissingForLab = new(FindMissingForLab);

    /// <summary>The repository's root, found by its solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The script that behaves like the original program.</summary>
    public static string Original { get; } = Path.Combine(AppContext.BaseDirectory, "original.rb");

    /// <summary>The native binary: <c>PUNCH_BINARY</c>, or the one that <c>dotnet publish</c> made in <c>artifacts/publish</c>.</summary>
    public static string Binary { get; } = Environment.GetEnvironmentVariable("PUNCH_BINARY") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(Root, "artifacts", "publish", $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", "punch");

    /// <summary>What is missing for a lab without punch; null for nothing.</summary>
    public static string? Missing => MissingForLab.Value;

    /// <summary>What is missing to run punch in the lab; null for nothing.</summary>
    public static string? MissingForPunch => Missing ?? (File.Exists(Binary) ? null : $"needs the binary {Binary} (dotnet publish, or PUNCH_BINARY)");

    /// <summary>What is missing to run the original in the lab; null for nothing.</summary>
    public static string? MissingForOriginal => Missing ?? (Tool.Exists("ruby") ? null : "needs ruby");

    /// <summary>What is missing to run coturn's server and clients in the lab; null for nothing.</summary>
    public static string? MissingForCoturn => Missing ?? (Tool.Exists("turnserver") && Tool.Exists("turnutils_natdiscovery") ? null : "needs coturn");

    /// <summary>What is missing to run python3-aioice in the lab; null for nothing.</summary>
    public static string? MissingForIce => Missing ?? (Directory.Exists("/usr/lib/python3/dist-packages/aioice") ? null : "needs python3-aioice");

    public static void NeedLab() => Need(Missing);

    public static void NeedPunch() => Need(MissingForPunch);

    public static void NeedOriginal() => Need(MissingForOriginal);

    public static void NeedShiftedClock() => Need(MissingForPunch ?? ShiftedClock.Missing);

    public static void NeedIce() => Need(MissingForPunch ?? MissingForIce);

    public static void NeedConntrack() => Need(MissingForPunch ?? (Tool.Exists("conntrack") ? null : "needs conntrack"));

    public static void NeedTinyproxy() => Need(MissingForPunch ?? (Tool.Exists("tinyproxy") ? null : "needs tinyproxy"));

    public static void NeedCoturn() => Need(MissingForPunch ?? MissingForCoturn);

    public static void NeedTurn() => Need(MissingForPunch ?? MissingForCoturn ?? (Tool.Exists("openssl") && Tool.Exists("ss") ? null : "needs openssl and ss"));

    private static void Need(string? missing) => Assert.SkipWhen(missing is not null, missing ?? "");

    private static string? FindMissingForLab()
    {
        if (!OperatingSystem.IsLinux()) { return "needs Linux"; }

        if (!Environment.IsPrivilegedProcess) { return "needs root"; }

        if (!File.Exists("/dev/net/tun")) { return "needs /dev/net/tun"; }

        string[] absent = [.. new[] { "ip", "nft" }.Where(tool => !Tool.Exists(tool))];
        return absent.Length > 0 ? $"needs {string.Join(" and ", absent)} (iproute2, nftables)" : TryNamespace();
    }

    private static string? TryNamespace()
    {
        try
        {
            using var space = new NetworkNamespace("probe");
            space.Run(() => TunDevice.Open("lab0")).Dispose();
            return null;
        }
        catch (IOException refusal)
        {
            return $"needs the right to make network namespaces and TUN devices: {refusal.Message}";
        }
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PunchCli.sln"))) { folder = Path.GetDirectoryName(folder); }

        return folder ?? throw new InvalidOperationException("the lab runs inside the repository");
    }
}
