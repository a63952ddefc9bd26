using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Punch.Tests;

public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Punch.Protocol"] = [],
        ["Punch.Simulation"] = ["Punch.Protocol"],
        ["Punch.Net"] = ["Punch.Protocol"],
        ["Punch.Cli"] = ["Punch.Net", "Punch.Simulation"],
    };

    /// <summary>The folders of the command that every command stands on, and which of them each may use; the root and the commands use them all.</summary>
    private static readonly Dictionary<string, string[]> BaseFolders = new()
    {
        ["Failures"] = [],
        ["Output"] = ["Failures"],
        ["Parsing"] = ["Failures"],
        ["HandOver"] = ["Failures", "Output"],
        ["Pipe"] = ["Failures", "Output"],
        ["Options"] = ["Failures", "Parsing", "Pipe"],
        ["Execution"] = ["Failures", "HandOver", "Output", "Pipe"],
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
    [InlineData("Punch.Simulation")]
    public void The_pure_layers_load_no_assembly_with_sockets_console_or_threads(string name)
    {
        string[] banned = ["System.Net.Sockets", "System.Console", "System.Threading.Thread", "System.Net.NameResolution", "System.Net.NetworkInformation", "System.Diagnostics.Process"];

        IEnumerable<string?> loaded = System.Reflection.Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name);

        Assert.Empty(loaded.Intersect(banned));
    }

    private static string[] ProjectFiles() => Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    [GeneratedRegex(@"\bPunch\.Cli\.([A-Z]\w*)")]
    private static partial Regex CliFolder();
}
