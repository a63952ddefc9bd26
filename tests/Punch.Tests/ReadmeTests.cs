using System.Text.RegularExpressions;
using Punch.Simulation;
using Punch.Tests.Cli;
using Punch.Tests.Session;
using Xunit;

namespace Punch.Tests;

/// <summary>The README and the pages of docs make promises. These tests compare them with the program.</summary>
public sealed partial class ReadmeTests
{
    private const string MovesItsPort = "moves its port";

    private static readonly string[] Moving =
    [
        "full-cone", "address-restricted", "port-restricted", "adm", "symmetric-eif", "symmetric-sequential", "symmetric-random", "carrier",
    ];

    private const int MostWords = 1000;
    private const int MostWordsOfSentence = 35;
    private const double MostWordsOnAverage = 16;

    private static readonly string Readme = Read("README.md");
    private static readonly string Reachability = Read("docs/reachability.md");

    public static TheoryData<string> Pages { get; } =
        ["README.md", .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => $"docs/{Path.GetFileName(path)}").Order()];

    [Fact]
    public void The_table_of_pairs_is_what_the_session_reaches()
    {
        string[][] rows = Table(Reachability, "| one side");
        string[] others = rows[0][1..];
        Assert.Equal(others, rows[2..].Select(row => row[0]));
        foreach (string[] row in rows[2..])
        {
            for (int column = 0; column < others.Length; column++)
            {
                foreach ((string a, string b) in Kinds(row[0]).SelectMany(a => Kinds(others[column]), (a, b) => (a, b)))
                {
                    var pair = PeerPair.Of(a, b, new PairOptions { Seed = 1, Gap = TimeSpan.FromSeconds(1), Deadline = TimeSpan.FromSeconds(30) });
                    pair.RunToEnd();

                    pair.Claim((row[column + 1] == "yes") == (pair.SessionA.Verdict == Verdict.TwoWay), $"docs/reachability.md: {a} and {b}: {row[column + 1]}");
                }
            }
        }
    }

    [Fact]
    public void The_table_of_pairs_names_every_preset()
    {
        IEnumerable<string> named = Table(Reachability, "| one side")[0][1..].SelectMany(Kinds);

        Assert.Equal(NatPresets.All.Select(preset => preset.Name).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.All(Moving, name => Assert.Contains(name.Split('-')[0], Reachability));
    }

    [Fact]
    public void The_table_of_exit_codes_is_the_programs()
    {
        IEnumerable<int> codes = Table(Readme, "| code |")[2..].Select(row => int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Internal).Select(code => (int)code), codes);
    }

    [Fact]
    public void The_README_shows_commands()
    {
        Assert.InRange(Commands(Readme).Length, 8, 100);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_that_a_page_shows_is_one_that_the_program_takes(string page)
    {
        Assert.All(Commands(Read(page)), command => Assert.True(ShownCommand.IsTaken(command), command));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_to_a_file_or_a_heading(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        IEnumerable<string> links = Link().Matches(Read(page)).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://"));

        Assert.All(links, link =>
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? Path.Combine(Repository.Root, page) : Path.Combine(folder, parts[0]);
            Assert.True(Path.Exists(target), link);
            if (parts.Length > 1) { Assert.Contains(parts[1], Headings(File.ReadAllText(target))); }
        });
    }

    [Fact]
    public void The_README_is_short_and_its_sentences_are()
    {
        int words = Readme.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        int[] sentences = [.. Sentences(Readme).Select(sentence => sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length)];

        Assert.InRange(words, 300, MostWords);
        Assert.InRange(sentences.Length, 20, 200);
        Assert.InRange(sentences.Max(), 1, MostWordsOfSentence);
        Assert.InRange(sentences.Average(), 1, MostWordsOnAverage);
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    /// <summary>The lines that begin with <c>punch</c>, without those that show the form of a command.</summary>
    private static string[] Commands(string text) =>
    [
        .. Shell().Matches(text).SelectMany(block => block.Groups[1].Value.Split('\n'))
            .Where(line => line.StartsWith("punch ", StringComparison.Ordinal) && !line.Contains("[options]", StringComparison.Ordinal)),
    ];

    /// <summary>Prose alone: no code, no tables, no headings.</summary>
    private static IEnumerable<string> Sentences(string text)
    {
        IEnumerable<string> lines = Block().Replace(text, "\n").Split('\n').Where(line => !line.StartsWith('|') && !line.StartsWith('#'));
        string prose = string.Join('\n', lines).Replace("\n- ", ".\n\n", StringComparison.Ordinal);
        return SentenceEnd().Split(prose).Where(sentence => sentence.Any(char.IsLetter));
    }

    private static IEnumerable<string> Headings(string text) => text.Split('\n')
        .Where(line => line.StartsWith('#'))
        .Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<string> Kinds(string name) => name == MovesItsPort ? Moving : [name];

    private static string[][] Table(string text, string head)
    {
        string[] lines = text[text.IndexOf(head, StringComparison.Ordinal)..].Split('\n');
        return [.. lines.TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[.!?:](?=\s)|\n\n")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}
