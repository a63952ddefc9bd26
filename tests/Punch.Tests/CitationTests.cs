using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Punch.Tests;

/// <summary>Files, headings and tests that comments and documents name must exist in the repository.</summary>
public sealed partial class CitationTests
{
    private static readonly string[] SourceKinds = [".cs", ".csproj", ".rb", ".py", ".sh"];

    [Fact]
    public void Every_document_that_a_source_names_is_there()
    {
        foreach (string source in Files("src", SourceKinds).Concat(Files("tests", SourceKinds)))
        {
            foreach (Match citation in Citation().Matches(File.ReadAllText(source)))
            {
                string? document = Find(citation.Groups["path"].Value, source);

                Assert.True(document is not null, $"{source}: {citation.Value}: no such file");
                AssertHeading(document, citation.Groups["heading"].Value, $"{source}: {citation.Value}");
            }
        }
    }

    [Fact]
    public void Every_link_of_a_document_leads_to_a_file_and_its_heading()
    {
        string[] documents = Documents();
        Assert.Contains(documents, document => Link().IsMatch(File.ReadAllText(document)));
        foreach (string document in documents)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(document)))
            {
                string[] target = link.Groups["target"].Value.Split('#', 2);
                if (target[0].Contains("://", StringComparison.Ordinal)) { continue; }

                string file = target[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, target[0]);

                Assert.True(Path.Exists(file), $"{document}: {link.Value}: no such file");
                AssertHeading(file, target.Length > 1 ? target[1] : "", $"{document}: {link.Value}");
            }
        }
    }

    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var tests = new StringBuilder();
        foreach (string source in Files("tests", [".cs"])) { tests.Append(File.ReadAllText(source)); }

        string all = tests.ToString();
        foreach (string document in Documents())
        {
            foreach (Match name in TestName().Matches(File.ReadAllText(document)))
            {
                bool exists = all.Contains($" {name.Groups["name"].Value}(", StringComparison.Ordinal);

                Assert.True(exists, $"{document}: {name.Value}: no such test");
            }
        }
    }

    private static void AssertHeading(string document, string heading, string where)
    {
        if (heading.Length > 0) { Assert.True(Headings(document).Contains(heading), $"{where}: no such heading"); }
    }

    // As GitHub makes an anchor of a heading. A line of a code block that begins with # is not a heading.
    private static HashSet<string> Headings(string document)
    {
        string prose = CodeBlock().Replace(File.ReadAllText(document), "");
        return [.. Heading().Matches(prose).Select(heading => Anchor(heading.Groups["text"].Value))];
    }

    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static string? Find(string path, string source)
    {
        string[] folders = [Repository.Root, Path.GetDirectoryName(source)!, Path.Combine(Repository.Root, "docs")];
        return folders.Select(folder => Path.Combine(folder, path)).FirstOrDefault(File.Exists);
    }

    private static string[] Documents() =>
    [
        .. Directory.GetFiles(Repository.Root, "*.md"),
        .. Files("docs", [".md"]),
        .. Files("src", [".md"]),
        .. Files("tests", [".md"]),
    ];

    private static IEnumerable<string> Files(string folder, string[] kinds) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
            .Where(file => kinds.Contains(Path.GetExtension(file)) && !Built().IsMatch(file));

    [GeneratedRegex(@"(?<path>[\w./-]+\.md)\b(?:#(?<heading>[\w-]+))?")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<name>[A-Z]\w*_[a-z]\w*)`")]
    private static partial Regex TestName();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[/\\](bin|obj)[/\\]")]
    private static partial Regex Built();
}
