using Punch.Cli;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class VersionTests
{
    public static TheoryData<string> Commands => [.. CommandTable.Specs.Select(spec => spec.Name?.Word ?? "version")];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_prints_the_version(string command)
    {
        foreach (string option in (string[])["-V", "--version"])
        {
            CliResult result = CliResult.Of(command, option);

            Assert.Equal(0, result.Exit);
            Assert.Equal("punch 0.1.0\n", result.Output);
        }
    }

    [Theory]
    [InlineData("--version", "-v")]
    [InlineData("-vV")]
    [InlineData("version", "-v")]
    [InlineData("serve", "-V", "--verbose")]
    [InlineData("predict", "-V", "-v")]
    [InlineData("completion", "--version", "--verbose")]
    public void The_long_version_tells_the_commit_and_the_runtime(params string[] arguments)
    {
        string[] lines = CliResult.Of(arguments).Output.Split('\n');

        Assert.Equal("punch 0.1.0", lines[0]);
        Assert.Matches("^commit ([0-9a-f]{40}|unknown: not built from a git clone)$", lines[1]);
        Assert.Matches("^runtime \\.NET 10\\.[0-9.]+, [a-z]+-[a-z0-9]+, managed$", lines[2]);
        Assert.Equal("", lines[3]);
    }
}
