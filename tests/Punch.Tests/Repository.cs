namespace Punch.Tests;

/// <summary>The files of the repository, for tests that hold them to the code.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PunchCli.sln"))) { folder = Path.GetDirectoryName(folder); }

        return folder ?? throw new InvalidOperationException("the tests run inside the repository");
    }
}
