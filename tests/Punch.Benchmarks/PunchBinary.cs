namespace Punch.Benchmarks;

/// <summary>The published binary: <c>PUNCH_BINARY</c>, or the one from <c>.ci/run</c>.</summary>
internal static class PunchBinary
{
    public static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("PUNCH_BINARY");
        if (named is not null) { return File.Exists(named) ? named : null; }

        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PunchCli.sln"))) { folder = Path.GetDirectoryName(folder); }

        string published = Path.Combine(folder ?? ".", "artifacts", "publish", "linux-x64", "punch");
        return File.Exists(published) ? published : null;
    }
}
