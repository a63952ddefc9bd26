using System.Security.Cryptography;

namespace Punch.Fuzz;

/// <summary>The inputs of a target that were worth keeping: files in the repository, and what a run adds.</summary>
internal sealed class Corpus(string target)
{
    private readonly List<byte[]> _inputs = [];

    public IReadOnlyList<byte[]> Inputs => _inputs;

    private string Folder => Path.Combine(Root, "tests", "Punch.Fuzz", "corpus", target);

    private static string Root { get; } = FindRoot();

    /// <summary>The files.</summary>
    public IEnumerable<byte[]> Read() =>
        Directory.Exists(Folder) ? Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];

    public void Add(ReadOnlySpan<byte> input) => _inputs.Add(input.ToArray());

    /// <summary>Replaces the files by these inputs.</summary>
    public void Write(IEnumerable<byte[]> inputs)
    {
        if (Directory.Exists(Folder)) { Directory.Delete(Folder, recursive: true); }

        Directory.CreateDirectory(Folder);
        foreach (byte[] input in inputs) { File.WriteAllBytes(Path.Combine(Folder, NameOf(input)), input); }
    }

    /// <summary>Keeps an input that broke something, and says where.</summary>
    public string WriteFinding(ReadOnlySpan<byte> input)
    {
        string folder = Path.Combine(Root, "artifacts", "fuzz");
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, $"{target}-{NameOf(input)}");
        File.WriteAllBytes(file, input.ToArray());
        return file;
    }

    private static string NameOf(ReadOnlySpan<byte> input) => Convert.ToHexStringLower(SHA256.HashData(input))[..16];

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PunchCli.sln"))) { folder = Path.GetDirectoryName(folder); }

        return folder ?? throw new InvalidOperationException("the fuzzer runs inside the repository");
    }
}
