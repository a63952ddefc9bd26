using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Punch.Tests;

public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Punch.Protocol"] = [],
        ["Punch.Simulation"] = ["Punch.Protocol", "Punch.Serving"],
        ["Punch.Net"] = ["Punch.Protocol"],
        ["Punch.Serving"] = ["Punch.Protocol"],
        ["Punch.Server"] = ["Punch.Net", "Punch.Serving"],
        ["Punch.Cli"] = ["Punch.Net", "Punch.Server", "Punch.Serving", "Punch.Simulation"],
    };

    /// <summary>The base folders of the command, and which of them each may use. The root and the commands may use all.</summary>
    private static readonly Dictionary<string, string[]> BaseFolders = new()
    {
        ["Failures"] = [],
        ["Output"] = ["Failures"],
        ["Parsing"] = ["Failures"],
        ["Forwards"] = ["Failures", "Options", "Output", "Parsing", "Pipe"],
        ["HandOver"] = ["Failures", "Forwards", "Options", "Output"],
        ["Pipe"] = ["Failures", "Output"],
        ["Options"] = ["Failures", "Output", "Parsing", "Pipe"],
        ["Platform"] = ["Failures", "HandOver", "Output", "Pipe"],
        ["Execution"] = ["Failures", "HandOver", "Output", "Pipe", "Platform"],
    };

    [Fact]
    public void The_base_folders_of_the_command_know_no_command()
    {
        foreach ((string folder, string[] allowed) in BaseFolders)
        {
            string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "Punch.Cli", folder), "*.cs");
            Assert.NotEmpty(files);
            foreach (string file in files)
            {
                string text = File.ReadAllText(file);
                IEnumerable<string> used = CliFolder().Matches(text).Select(match => match.Groups[1].Value).Where(used => used != folder);
                Assert.Subset(allowed.ToHashSet(), used.ToHashSet());

                // The root's own types.
                Assert.DoesNotMatch(@"\b(CommandTable|Completion|StopSignals)\b\.", text);
            }
        }
    }

    [Fact]
    public void Project_references_point_in_one_direction()
    {
        foreach (string file in ProjectFiles())
        {
            string name = Path.GetFileNameWithoutExtension(file);
            IEnumerable<string> references = XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

            Assert.Equal(Allowed[name], references.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Every_project_of_the_product_is_in_the_map_of_layers() =>
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), ProjectFiles().Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Punch.Protocol")]
    [InlineData("Punch.Serving")]
    [InlineData("Punch.Simulation")]
    public void The_pure_layers_are_built_with_the_banned_symbols(string name)
    {
        var project = XDocument.Load(ProjectFiles().Single(file => Path.GetFileNameWithoutExtension(file) == name));

        Assert.Contains(project.Descendants("PackageReference"), e => e.Attribute("Include")!.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Assert.Contains(project.Descendants("AdditionalFiles"), e => e.Attribute("Include")!.Value == "../BannedSymbols.txt");
        Assert.Empty(project.Descendants("NoWarn"));
    }

    [Theory]
    [InlineData("Punch.Protocol")]
    [InlineData("Punch.Serving")]
    [InlineData("Punch.Simulation")]
    public void The_pure_layers_load_no_assembly_with_sockets_console_or_threads(string name)
    {
        string[] banned = ["System.Net.Sockets", "System.Console", "System.Threading.Thread", "System.Net.NameResolution", "System.Net.NetworkInformation", "System.Diagnostics.Process"];

        IEnumerable<string?> loaded = System.Reflection.Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name);

        Assert.Empty(loaded.Intersect(banned));
    }

    [Fact]
    public void The_folders_of_the_network_layer_do_not_use_each_other_in_a_circle()
    {
        string root = Path.Combine(Repository.Root, "src", "Punch.Net");
        string[] others = [Path.Combine(root, "obj"), Path.Combine(root, "bin"), Path.Combine(root, "Server"), Path.Combine(root, "Linux")];
        Dictionary<string, string[]> files = Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetDirectoryName(file)!)
            .Where(folder => !others.Any(other => folder.Key.StartsWith(other, StringComparison.Ordinal)))
            .ToDictionary(folder => folder.Key, folder => folder.ToArray());
        Dictionary<string, string> text = files.ToDictionary(
            folder => folder.Key, folder => string.Concat(folder.Value.Select(File.ReadAllText)));

        // A file is named after its type. Types in child folders are used without a using, so names count, not usings.
        bool Uses(string folder, string other) =>
            other != folder && files[other].Any(file => Mentions(text[folder], Path.GetFileNameWithoutExtension(file)));
        Dictionary<string, string[]> uses = files.Keys.ToDictionary(
            folder => folder, folder => files.Keys.Where(other => Uses(folder, other)).ToArray());

        while (uses.FirstOrDefault(folder => !folder.Value.Any(uses.ContainsKey)).Key is { } lowest) { uses.Remove(lowest); }

        Assert.Empty(uses);

        static bool Mentions(string code, string type) => System.Text.RegularExpressions.Regex.IsMatch(code, $@"\b{type}\b");
    }

    private static string[] ProjectFiles() => Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    [GeneratedRegex(@"\bPunch\.Cli\.([A-Z]\w*)")]
    private static partial Regex CliFolder();
}
