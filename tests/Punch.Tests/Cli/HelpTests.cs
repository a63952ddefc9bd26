using Punch.Cli;
using Punch.Cli.HandOver;
using Punch.Cli.Options;
using Punch.Cli.Output;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The help, completion and docs/reference.md agree with the tables.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. CommandTable.Specs.Select(spec => spec.Name?.Word ?? "")];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_reads_as_reviewed(string command)
    {
        CliResult result = Help(command);

        Assert.Equal(0, result.Exit);
        Assert.Empty(result.Error);
        Golden.Check(command.Length == 0 ? "help.txt" : $"help-{command}.txt", result.Output);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_names_every_option_value_variable_and_exit_code(string command)
    {
        string help = Help(command).Output;

        foreach (OptionSpec option in Spec(command).Options)
        {
            string letter = option.Letter is null ? "" : $"{option.Letter}, ";
            string value = (option.ValueName, option.Spread) switch
            {
                (null, _) => "",
                (_, Spread.Many) => $@" <{option.ValueName}>\.\.\.",
                (_, Spread.Optional) => $@" \[<{option.ValueName}>\]",
                _ => $" <{option.ValueName}>",
            };
            Assert.Matches($"\n +{letter}{option.Name}{value}(  +[^ ]|\n)", help);
        }

        Assert.All(Spec(command).Variables, variable => Assert.Contains($"\n  {variable.Term}  ", help));
        Assert.All(Spec(command).ExitCodes, exit => Assert.Matches($"\n  {exit.Code:D} +{exit.Meaning[..10]}", help));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_fits_a_usual_terminal(string command) =>
        Assert.All(Help(command).Output.Split('\n'), line => Assert.InRange(line.Length, 0, WordWrap.Width));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_is_a_command_line_that_the_program_takes(string command) => Assert.All(
        Spec(command).Examples.Select(example => example.Term).Where(line => line.StartsWith("punch ", StringComparison.Ordinal)),
        line => Assert.True(ShownCommand.IsTaken(line), line));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Completion_offers_every_option(string command)
    {
        string line = command.Length == 0 ? "punch -" : $"punch {command} -";

        string[] offered = Offered(line);

        Assert.Equal(Spec(command).Options.SelectMany(Names).Order(StringComparer.Ordinal), offered.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Completion_offers_the_values_of_every_option(string command)
    {
        foreach (OptionSpec option in Spec(command).Options.Where(option => option.Words.Count > 0))
        {
            string[] offered = Offered($"punch {command} {option.Name} ");

            Assert.Subset(offered.ToHashSet(), option.Words.ToHashSet());
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void No_two_options_share_a_name(string command)
    {
        string[] names = [.. Spec(command).Options.SelectMany(Names)];

        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void The_reference_is_what_the_tables_say() =>
        Golden.CheckFile(Path.Combine("docs", "reference.md"), ReferencePage.Of(CommandTable.Specs));

    [Fact]
    public void The_reference_names_every_variable_that_a_command_is_given()
    {
        var local = TransportAddress.Parse("192.0.2.1:1");
        var path = new HandOverPath(new HandOverCommand("sh", []), local, Remote: local);

        Assert.All(path.Variables, variable => Assert.Contains($"| `{variable.Name}` |", ReferencePage.Of(CommandTable.Specs)));
    }

    [Fact]
    public void Every_exit_code_is_given_by_some_command() => Assert.Equal(
        Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Internal),
        CommandTable.Specs.SelectMany(spec => spec.ExitCodes).Select(exit => exit.Code).Distinct().Order());

    private static string[] Offered(string line) =>
        CliResult.Of("[suggest]", line).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Names(OptionSpec option) => option.Letter is { } letter ? [option.Name, letter] : [option.Name];

    private static CommandSpec Spec(string command) => CommandTable.Specs.Single(spec => (spec.Name?.Word ?? "") == command);

    private static CliResult Help(string command) => command.Length == 0 ? CliResult.Of("--help") : CliResult.Of(command, "--help");
}
