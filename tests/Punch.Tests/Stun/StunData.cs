namespace Punch.Tests.Stun;

/// <summary>The files under tests/data/stun.</summary>
internal static class StunData
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "data", "stun");

    public static byte[] Vector(string name) => Hex(Path.Combine(Folder, "vectors", name + ".hex"));

    /// <summary>Every complete message, in a fixed order: the sources of the mutations.</summary>
    public static byte[][] Messages() =>
        [.. new[] { "vectors", "corpus" }
            .SelectMany(part => Directory.GetFiles(Path.Combine(Folder, part), "*.hex").Order(StringComparer.Ordinal))
            .Select(Hex)];

    public static IEnumerable<(int Number, string Name)> Registry(string name)
    {
        foreach (string line in File.ReadLines(Path.Combine(Folder, "registry", name + ".csv")).Where(line => !line.StartsWith('#')).Skip(1))
        {
            string[] cells = line.Split(',');
            yield return (Convert.ToInt32(cells[0], cells[0].StartsWith("0x", StringComparison.Ordinal) ? 16 : 10), cells[1]);
        }
    }

    private static byte[] Hex(string file) => Convert.FromHexString(string.Concat(File.ReadLines(file).Where(line => !line.StartsWith('#')).Select(line => line.Trim())));

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PunchCli.sln"))) { folder = Path.GetDirectoryName(folder); }

        return folder ?? throw new InvalidOperationException("the tests run inside the repository");
    }
}
