using System.Text.RegularExpressions;
using Xunit;

namespace Punch.Tests;

/// <summary>
/// The direction of references between the folders of a project, read from the text of its files. A folder is a namespace. Code sees its
/// parent namespaces without naming them, so a folder may always use its parent folders.
/// </summary>
public sealed partial class FolderLayeringTests
{
    private const string Root = "";

    /// <summary>
    /// The folders that each folder of Punch.Protocol may use, besides its parents. A line also holds for subfolders without a line.
    /// </summary>
    private static readonly Dictionary<string, string[]> Protocol = new()
    {
        [Root] = [],
        ["Stun"] = [],
        ["Nat"] = [],
        ["Text"] = [],
        ["Candidates"] = [],
        ["Candidates/Interfaces"] = [],
        ["Candidates/NamedHost"] = [],
        ["Candidates/Tcp"] = ["Stun"],
        ["Candidates/Transports"] = [],
        ["Candidates/Reflexive"] = ["Frames", "Stun"],
        ["Candidates/Relay"] = ["Events", "Frames", "Relay", "Rendezvous", "Stun"],
        ["Candidates/Rendezvous"] = ["Events", "Frames", "Rendezvous", "Stun"],
        ["Candidates/Turn"] = ["Events", "Stun", "Turn"],
        ["Frames"] = ["Candidates"],
        ["Events"] = ["Candidates", "Relay", "Stun"],
        ["Rendezvous"] = ["Stun"],
        ["Relay"] = ["Rendezvous", "Stun"],
        ["Turn"] = ["Stun"],
        ["Paths"] = ["Candidates", "Events", "Stun"],
        ["Paths/Plans"] = [],
        ["Channels"] = ["Frames", "Text"],
        ["Copying"] = [],
        ["Discovery"] = ["Nat", "Stun"],
        ["Streams"] = ["Streams/Recovery"],
        ["Streams/Recovery"] = [],
        ["Forwarding"] = ["Streams"],
        ["Session"] =
        [
            "Candidates", "Candidates/Interfaces", "Candidates/NamedHost", "Candidates/Reflexive", "Candidates/Relay",
            "Candidates/Rendezvous", "Candidates/Tcp", "Candidates/Transports", "Candidates/Turn",
            "Channels", "Events", "Frames", "Paths", "Paths/Plans", "Rendezvous", "Streams", "Streams/Recovery", "Stun", "Text", "Turn",
        ],
    };

    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!)];

    [Fact]
    public void Folders_of_the_protocol_use_only_what_the_table_allows()
    {
        foreach ((string folder, HashSet<string> used) in References("Punch.Protocol"))
        {
            string line = LineOf(folder);
            IEnumerable<string> forbidden = used.Select(LineOf).Where(other => !Contains(other, line) && !Protocol[line].Contains(other));

            Assert.True(!forbidden.Any(), $"Punch.Protocol/{folder} must not use {string.Join(", ", forbidden)}");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_of_a_project_use_each_other_in_a_circle(string project)
    {
        Dictionary<string, HashSet<string>> references = References(project);
        var done = new HashSet<string>();
        foreach (string folder in references.Keys) { Walk(folder, [], references, done); }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_namespace_of_a_file_is_its_folder(string project)
    {
        foreach ((string folder, string text) in Files(project))
        {
            string expected = folder == Root ? project : $"{project}.{folder.Replace('/', '.')}";
            foreach (Match declared in Namespace().Matches(text)) { Assert.Equal(expected, declared.Groups["name"].Value); }
        }
    }

    private static void Walk(string folder, List<string> way, Dictionary<string, HashSet<string>> references, HashSet<string> done)
    {
        Assert.False(way.Contains(folder), $"a circle: {string.Join(" -> ", way.Append(folder))}");
        if (done.Contains(folder)) { return; }

        foreach (string other in references[folder]) { Walk(other, [.. way, folder], references, done); }

        done.Add(folder);
    }

    /// <summary>The folders of a project, with the other folders that each one names.</summary>
    private static Dictionary<string, HashSet<string>> References(string project)
    {
        (string Folder, string Text)[] files = [.. Files(project)];
        var references = files.Select(file => file.Folder).Distinct().ToDictionary(folder => folder, _ => new HashSet<string>());
        foreach ((string folder, string text) in files)
        {
            IEnumerable<string> named = Name().Matches(Comment().Replace(text, ""))
                .Select(name => name.Value)
                .Where(name => name == project || name.StartsWith($"{project}.", StringComparison.Ordinal))
                .Select(name => FolderOf(name[project.Length..].TrimStart('.').Replace('.', '/'), references));
            references[folder].UnionWith(named.Where(other => !Contains(other, folder)));
        }

        return references;
    }

    // A name may go on with a type and its members.
    private static string FolderOf(string name, Dictionary<string, HashSet<string>> folders)
    {
        while (name.Length > 0 && !folders.ContainsKey(name)) { name = name.Contains('/') ? name[..name.LastIndexOf('/')] : Root; }

        return name;
    }

    private static string LineOf(string folder) => Protocol.Keys.Where(line => Contains(line, folder)).MaxBy(line => line.Length)!;

    private static bool Contains(string outer, string inner) =>
        outer == Root || outer == inner || inner.StartsWith($"{outer}/", StringComparison.Ordinal);

    private static IEnumerable<(string Folder, string Text)> Files(string project)
    {
        string root = Path.Combine(Repository.Root, "src", project);
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/');
            bool isBuilt = folder.Split('/')[0] is "bin" or "obj";
            if (!isBuilt) { yield return (folder == "." ? Root : folder, File.ReadAllText(file)); }
        }
    }

    [GeneratedRegex(@"\bPunch(\.[A-Z]\w*)+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
