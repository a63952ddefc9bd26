using System.Text;
using System.Text.Json;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class RefusalTests
{
    private static readonly string[][] Refused =
    [
        [],
        [""],
        ["a", "b"],
        ["a", "0"],
        ["a", "65536"],
        ["a", "-1"],
        ["a", "1", "2"],
        ["a:1", "2"],
        ["a:0"],
        ["a:"],
        ["a:b"],
        [":6311"],
        ["a b"],
        ["-"],
        ["--", "-a"],
        ["--", "--help"],
        ["a..b"],
        ["@arguments"],
        ["https://a/"],
        ["10.1"],
        ["010.0.0.1"],
        ["a", "-B", "010.0.0.1"],
        ["1.2.3.256"],
        ["1.2.3.4.5"],
        ["5"],
        ["[::1"],
        ["[::1]6311"],
        ["[a]:1"],
        ["[1.2.3.4]:1"],
        ["::g"],
        ["fe80::1%nosuch0"],
        ["::1%"],
        ["\u001b[31mred\u202e"],
        ["-v", "meet"],
        ["a", "-4", "-6"],
        ["::1", "-4"],
        ["127.0.0.1", "-6"],
        ["127.0.0.1", "-B", "::1"],
        ["::1", "-B", "127.0.0.1"],
        ["a", "-4", "-B", "::1"],
        ["a", "-B", "eth0"],
        ["a", "-B", "1.2.3"],
        ["a", "-p", "65536"],
        ["a", "-p", "abc"],
        ["a", "-p", "-1"],
        ["a", "-c", "0"],
        ["a", "-c", "-5"],
        ["a", "-c", "4294967296"],
        ["a", "-c", "1e3"],
        ["a", "-c", "99999999999999999999"],
        ["a", "-w", "0"],
        ["a", "-w", "0ms"],
        ["a", "-w", "-5s"],
        ["a", "-w", "31000000000"],
        ["a", "-w", "43201m"],
        ["a", "-w", "5d"],
        ["a", "-w", "s"],
        ["a", "-w", "1,5"],
        ["a", "-w", "1e3"],
        ["a", "-i", "-1"],
        ["a", "-i", "NaN"],
        ["a", "-i", "+1"],
        ["a", "-i", " 1"],
        ["a", "-s", "65508"],
        ["a", "-s", "-1"],
        ["a", "-s", "1.5"],
        ["--bogus", "a"],
        ["--bogus=1", "a"],
        ["a", "-x"],
        ["a", "-qx"],
        ["a", "--coun", "3"],
        ["a", "-p", "1", "-p", "2"],
        ["a", "--count=1", "-c", "1"],
        ["a", "-c"],
        ["a", "--count"],
        ["a", "--count="],
        ["a", "-c", "-q"],
        ["a", "-c", "--"],
        ["a", "--quiet=yes"],
        ["a", "-q=yes"],
        ["a", "--pipe=yes"],
        ["a", "--pipe", "-c", "1"],
        ["a", "--pipe", "--one-way-ok"],
        ["a", "--pipe", "--", "ls"],
        ["a", "--"],
        ["--", "a", "--"],
        ["a", "-c", "1", "--", "ls"],
        ["--", "a", "b", "--", "ls"],
    ];

    [Fact]
    public void Every_refusal_reads_as_reviewed()
    {
        var text = new StringBuilder();
        foreach (string[] arguments in Refused)
        {
            CliResult result = CliResult.Of(arguments);

            text.Append("$ punch ").AppendJoin(' ', arguments.Select(Quoted)).Append('\n').Append(result.Error).Append($"exit {result.Exit}\n\n");
        }

        Golden.Check("refusals.txt", text.ToString());
    }

    [Fact]
    public void A_refusal_is_one_error_line_and_at_most_one_hint_and_prints_nothing_else()
    {
        foreach (string[] arguments in Refused)
        {
            CliResult result = CliResult.Of(arguments);

            string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2, result.Exit);
            Assert.Empty(result.Output);
            Assert.InRange(lines.Length, 1, 2);
            Assert.StartsWith("punch: error: ", lines[0]);
            Assert.All(lines.Skip(1), line => Assert.StartsWith("punch: hint: ", line));
            Assert.All(result.Error.Where(c => c != '\n'), c => Assert.InRange(c, ' ', '~'));
        }
    }

    [Fact]
    public void With_json_a_refusal_is_an_error_object_and_a_summary()
    {
        foreach (string[] arguments in Refused)
        {
            CliResult plain = CliResult.Of(arguments);
            CliResult json = CliResult.Of(["--json", .. arguments]);

            string[] lines = json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2, lines.Length);
            JsonElement error = JsonDocument.Parse(lines[0]).RootElement;
            JsonElement summary = JsonDocument.Parse(lines[1]).RootElement;
            Assert.Equal(plain.Exit, json.Exit);
            Assert.Equal(plain.Error, json.Error);
            Assert.Equal("error", error.GetProperty("event").GetString());
            Assert.Equal(plain.Exit, error.GetProperty("exit").GetInt32());
            Assert.Equal("summary", summary.GetProperty("event").GetString());
            Assert.Equal(plain.Exit, summary.GetProperty("exit").GetInt32());
            Assert.Equal("nothing", summary.GetProperty("verdict").GetString());
        }
    }

    [Fact]
    public void Version_is_one_line()
    {
        CliResult result = CliResult.Of("--version");

        Assert.Equal(0, result.Exit);
        Assert.Matches("^punch [0-9]+\\.[0-9]+\\.[0-9]+\n$", result.Output);
    }

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-+.,:=/[]%@".Contains(c)) ? argument : $"'{argument.Replace("\u001b", "<ESC>").Replace("\u202e", "<RLO>")}'";
}
