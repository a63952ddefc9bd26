using System.Text.RegularExpressions;
using Punch.Simulation;
using Punch.Tests.Cli;
using Punch.Tests.Session;
using Xunit;

namespace Punch.Tests;

/// <summary>The README is a promise: what it shows is held to what the program does.</summary>
public sealed partial class ReadmeTests
{
    private const string MovesItsPort = "moves its port";

    private static readonly string[] Moving =
    [
        "full-cone", "address-restricted", "port-restricted", "adm", "symmetric-eif", "symmetric-sequential", "symmetric-random", "carrier",
    ];

    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void The_table_of_pairs_is_what_the_session_reaches()
    {
        string[][] rows = Table("| one side");
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

                    pair.Claim((row[column + 1] == "yes") == (pair.SessionA.Verdict == Verdict.TwoWay), $"README: {a} and {b}: {row[column + 1]}");
                }
            }
        }
    }

    [Fact]
    public void The_table_of_pairs_names_every_preset()
    {
        IEnumerable<string> named = Table("| one side")[0][1..].SelectMany(Kinds);

        Assert.Equal(NatPresets.All.Select(preset => preset.Name).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.All(Moving, name => Assert.Contains(name.Split('-')[0], Text));
    }

    [Fact]
    public void The_table_of_exit_codes_is_the_programs()
    {
        IEnumerable<int> codes = Table("| code |")[2..].Select(row => int.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Internal).Select(code => (int)code), codes);
    }

    [Fact]
    public void Every_command_it_shows_is_one_that_the_program_takes()
    {
        string[] commands = [.. Shell().Matches(Text).SelectMany(block => block.Groups[1].Value.Split('\n')).Where(line => line.StartsWith("punch ", StringComparison.Ordinal))];

        Assert.InRange(commands.Length, 8, 100);
        Assert.All(commands, command => Assert.True(ShownCommand.IsTaken(command), command));
    }


    private static IEnumerable<string> Kinds(string name) => name == MovesItsPort ? Moving : [name];

    private static string[][] Table(string head)
    {
        string[] lines = Text[Text.IndexOf(head, StringComparison.Ordinal)..].Split('\n');
        return [.. lines.TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
