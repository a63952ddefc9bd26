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
    [InlineData("punch nat --require ei", "eim eif")]
    [InlineData("punch nat --require port-res", "port-restricted")]
    [InlineData("punch meet --vi", "--via")]
    [InlineData("punch me", "meet")]
    [InlineData("punch na", "nat")]
    [InlineData("punch pr", "predict")]
    public void Each_command_completes_its_own_values(string line, string words) =>
        Assert.Equal(words.Replace(' ', '\n') + "\n", CliResult.Of("[suggest]", line).Output);

    [Fact]
    public void A_command_does_not_offer_the_options_of_another() => Assert.Empty(CliResult.Of("[suggest]", "punch nat --local").Output);

    [Theory]
    [InlineData("punch ", "meet nat predict serve completion help version")]
    [InlineData("punch help ", "meet nat predict serve completion")]
    [InlineData("punch completion ", "bash zsh fish powershell")]
    [InlineData("punch nat --require=ei", "--require=eim --require=eif")]
    [InlineData("punch nat --server ", "")]
    [InlineData("punch nat -4vS ", "")]
    [InlineData("punch nat -Sstun.example --req", "--require")]
    [InlineData("punch meet --via a --vi", "--via")]
    [InlineData("punch meet --via a --js", "--json")]
    [InlineData("punch peer.example -- --j", "")]
    [InlineData("punch peer.example 6311 --j", "--json")]
    [InlineData("punch -- nat --j", "")]
    [InlineData("punch meet -- nat --j", "")]
    [InlineData("punch predict home ho", "home")]
    public void What_fits_depends_on_what_stands_before(string line, string words) =>
        Assert.Equal(words, CliResult.Of("[suggest]", line).Output.TrimEnd('\n').Replace('\n', ' '));

    [Fact]
    public void An_empty_word_is_answered_with_options_where_no_operand_can_come()
    {
        Assert.Contains("--require\n", CliResult.Of("[suggest]", "punch nat ").Output);
        Assert.Contains("--show\n", CliResult.Of("[suggest]", "punch predict home linux ").Output);
    }

    [Theory]
    [InlineData(":hosts", "")]
    [InlineData(":hosts", "ho")]
    [InlineData(":hosts", "meet", "--via", "")]
    [InlineData(":hosts", "meet", "--via=pu")]
    [InlineData(":hosts", "nat", "-S", "")]
    [InlineData(":files", "predict", "x")]
    [InlineData(":files", "predict", "home", "home", "--svg", "")]
    [InlineData(":commands", "peer.example", "--", "s")]
    [InlineData(":commands", "meet", "--", "")]
    [InlineData(":commands", "--", "nat", "--", "")]
    [InlineData(":files", "meet", "--", "sh", "-")]
    public void A_script_is_told_what_the_shell_knows_better(string others, params string[] words) =>
        Assert.Equal(others, CliResult.Of(["[complete]", .. words]).Output.TrimEnd('\n').Split('\n')[^1]);

    [Theory]
    [InlineData("meet", "")]
    [InlineData("nat", "--require", "")]
    [InlineData("completion", "")]
    [InlineData("peer.example", "6")]
    public void A_script_is_told_of_nothing_else_elsewhere(params string[] words) =>
        Assert.DoesNotContain(":", CliResult.Of(["[complete]", .. words]).Output);

    [Fact]
    public void A_script_is_told_what_a_word_means() => Assert.Equal(
        "symmetric-sequential\tA NAT with another public port for each peer, in sequence\n:files\n",
        CliResult.Of("[complete]", "predict", "symmetric-s").Output);

    [Fact]
    public void A_question_without_a_word_asks_for_the_first() =>
        Assert.StartsWith("meet\t", CliResult.Of("[complete]").Output);

    [Theory]
    [InlineData("bash", "complete -F _punch punch")]
    [InlineData("zsh", "#compdef punch")]
    [InlineData("fish", "complete -c punch")]
    [InlineData("powershell", "Register-ArgumentCompleter")]
    public void Each_shell_has_a_script(string shell, string line)
    {
        CliResult result = CliResult.Of("completion", shell);

        Assert.Equal(0, result.Exit);
        Assert.Contains(line, result.Output);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("punch: error: no completion for 'tcsh'", "tcsh")]
    [InlineData("punch: error: no completion for ''", "")]
    [InlineData("punch: error: no shell given")]
    [InlineData("punch: error: unexpected argument 'zsh'", "bash", "zsh")]
    [InlineData("punch: error: unknown option '-q'", "bash", "-q")]
    public void Another_shell_is_refused(string error, params string[] words)
    {
        CliResult result = CliResult.Of(["completion", .. words]);

        Assert.Equal(2, result.Exit);
        Assert.Empty(result.Output);
        Assert.StartsWith($"{error}\npunch: hint: ", result.Error);
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
