namespace Punch.Tests;

/// <summary>The files of the repository, for tests that compare them with the code.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The C# files under a folder of the repository, without those that a build makes.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split('/', '\\').Any(part => part is "bin" or "obj"));

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PunchCli.sln"))) { folder = Path.GetDirectoryName(folder); }

        return folder ?? throw new InvalidOperationException("the tests run inside the repository");
    }
}
