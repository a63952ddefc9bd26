using Punch.Cli;
using Punch.Cli.Options;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The manual pages in docs/man say what the tables say.</summary>
public sealed class ManPageTests
{
    private static readonly string Folder = Path.Combine("docs", "man");

    public static TheoryData<string> Pages => [.. ManPage.Of(CommandTable.Specs).Select(ManPage.NameOf)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_what_the_tables_say(string page) => Golden.CheckFile(Path.Combine(Folder, page), Text(page));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_names_every_option_variable_exit_code_and_example(string page)
    {
        string text = Text(page);
        CommandSpec spec = Spec(page);

        foreach (OptionSpec option in spec.Options)
        {
            string letter = option.Letter is null ? "" : $@"\fB\{option.Letter}\fR,\fB ";
            string open = option.Spread == Spread.Optional ? @"\fR[" : "";
            string value = option.ValueName is null ? "" : $@" {open}\fI{option.ValueName.Replace(",", @"\fR,\fB")}";
            Assert.Contains($"\n.TP\n{(letter.Length == 0 ? @"\fB" : letter)}{option.Name.Replace("-", @"\-")}{value}", text);
        }

        Assert.All(spec.Variables, variable => Assert.Contains($"\n.TP\n\\fB{variable.Term}\\fR\n", text));
        Assert.All(spec.ExitCodes, exit => Assert.Contains($"\n.TP\n\\fB{exit.Code:D}\\fR\n", text));
        Assert.All(spec.Examples, example => Assert.Contains($"\\fB{example.Term.Replace("-", @"\-").Replace("'", @"\(aq")}\\fR", text));
    }

    [Fact]
    public void Every_command_is_in_a_page() => Assert.All(
        CommandTable.Specs.Where(spec => spec.Name is not null),
        spec => Assert.Contains($@"\fBpunch {spec.Name!.Word}", Text("punch.1")));

    [Fact]
    public void There_is_no_other_page() => Assert.Equal(
        ManPage.Of(CommandTable.Specs).Select(ManPage.NameOf).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    private static CommandSpec Spec(string page) => CommandTable.Specs.Single(spec => ManPage.NameOf(spec) == page);

    private static string Text(string page) => ManPage.Of(Spec(page), CommandTable.Specs, VersionText.Short.Split(' ')[1]);
}
