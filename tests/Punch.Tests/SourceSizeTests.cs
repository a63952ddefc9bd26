using System.Text.RegularExpressions;
using Xunit;

namespace Punch.Tests;

/// <summary>How long the types and the lines of src may be, read from the text of its files.</summary>
public sealed partial class SourceSizeTests
{
    private const int MaxTypeLines = 400;
    private const int MaxColumns = 140;

    [Fact]
    public void No_type_is_longer_than_the_limit_over_all_its_files()
    {
        var lines = new Dictionary<string, int>();
        foreach (string file in Repository.Sources("src"))
        {
            foreach (Match type in TopLevelType().Matches(File.ReadAllText(file)))
            {
                string name = $"{Path.GetDirectoryName(file)}/{type.Groups["name"].Value}";
                lines[name] = lines.GetValueOrDefault(name) + type.Value.Count(c => c == '\n') + 1;
            }
        }

        Assert.True(lines.Count > 300, "the pattern finds the types");
        Assert.DoesNotContain(lines, type => type.Value > MaxTypeLines);
    }

    [Fact]
    public void No_line_is_wider_than_the_limit()
    {
        IEnumerable<string> wide = Repository.Sources("src").SelectMany(file => File.ReadLines(file)
            .Select((line, index) => (Text: line, Place: $"{file}:{index + 1}"))
            .Where(line => line.Text.Length > MaxColumns)
            .Select(line => line.Place));

        Assert.Empty(wide);
    }

    /// <summary>A type begins at the left margin, and so does the brace that ends it.</summary>
    [GeneratedRegex(@"^(?:[a-z]+ )+(?<name>[A-Z]\w*)[^;{]*\{.*?^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex TopLevelType();
}
