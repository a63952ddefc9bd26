using Xunit;

namespace Punch.Tests.Cli;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("[suggest:3]", "punch --j")]
    [InlineData("[suggest:9]", "punch --j")]
    [InlineData("[suggest]", "punch --j")]
    [InlineData("[suggest:3]", "--j")]
    [InlineData("[suggest:99]", "punch peer.example --j")]
    [InlineData("[suggest:22]", "punch peer.example --j -q")]
    public void A_shell_asks_for_what_begins_so(string directive, string line)
    {
        CliResult result = CliResult.Of(directive, line);

        Assert.Equal(0, result.Exit);
        Assert.Equal("--json\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("punch nat --j", "--json")]
    [InlineData("punch nat --serv", "--server")]
    [InlineData("punch serve --li", "--listen")]
    [InlineData("punch predict home home --sh", "--show")]
    [InlineData("punch predict port-r", "port-restricted")]
    [InlineData("punch predict symmetric-r", "symmetric-random")]
    [InlineData("punch nat --require ei", "eif eim")]
    [InlineData("punch nat --require port-res", "port-restricted")]
    [InlineData("punch meet --vi", "--via")]
    [InlineData("punch me", "meet")]
    [InlineData("punch na", "nat")]
    [InlineData("punch pr", "predict")]
    public void Each_command_completes_its_own_values(string line, string words) =>
        Assert.Equal(words.Replace(' ', '\n') + "\n", CliResult.Of("[suggest]", line).Output);

    [Fact]
    public void A_command_does_not_offer_the_options_of_another() => Assert.Empty(CliResult.Of("[suggest]", "punch nat --local").Output);

    [Fact]
    public void An_empty_word_completes_to_every_option()
    {
        string[] words = CliResult.Of("[suggest:6]", "punch ").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("--local-port", words);
        Assert.Contains("-4", words);
        Assert.Contains("serve", words);
    }

    [Theory]
    [InlineData("[suggest:x]")]
    [InlineData("[suggest:-1]")]
    [InlineData("[suggest:99999999999]")]
    [InlineData("[suggestive]")]
    public void A_malformed_question_is_a_host_that_is_refused(string directive) => Assert.Equal(2, CliResult.Of(directive, "punch --j").Exit);

    [Fact]
    public void A_question_without_a_line_is_answered() => Assert.Equal(0, CliResult.Of("[suggest:3]").Exit);
}
