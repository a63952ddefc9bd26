using System.Text;
using System.Text.Json;
using Punch.Cli.Nat;
using Punch.Cli.Options;
using Punch.Net.Resolving;
using Punch.Tests.Cli;
using Xunit;

namespace Punch.Tests.Diagnosis;

/// <summary>The arguments that <c>punch nat</c> and <c>punch predict</c> accept, and those that they refuse.</summary>
public sealed class NatTableTests
{
    private static readonly string[][] Refused =
    [
        ["nat", "stun.example"],
        ["nat", "--server"],
        ["nat", "--server", "a:0"],
        ["nat", "--server", "10.1"],
        ["nat", "--server", "a", "-4", "-6"],
        ["nat", "--server", "a", "-4", "-B", "::1"],
        ["nat", "--server", "a", "-B", "eth0"],
        ["nat", "--server", "a", "-w", "0"],
        ["nat", "--server", "a", "--require", "fast"],
        ["nat", "--server", "a", "--require"],
        ["nat", "--server", "a", "--bogus"],
        ["nat", .. Enumerable.Repeat("-Sa", 9)],
        ["-v", "nat"],
        ["predict"],
        ["predict", "open"],
        ["predict", "open", "open", "open"],
        ["predict", "open", "closed"],
        ["predict", "open", "open", "--seeds", "0"],
        ["predict", "open", "open", "--seeds", "10001"],
        ["predict", "open", "open", "--show", "--json"],
        ["predict", "open", "open", "-x"],
    ];

    [Fact]
    public void Every_refusal_reads_as_reviewed()
    {
        var text = new StringBuilder();
        foreach (string[] arguments in Refused)
        {
            CliResult result = CliResult.Of(arguments);

            Assert.Equal(2, result.Exit);
            Assert.Equal(arguments.Contains("--json"), result.Output.Length > 0);
            text.Append("$ punch ").AppendJoin(' ', arguments).Append('\n').Append(result.Error).Append($"exit {result.Exit}\n\n");
        }

        Golden.Check("refusals-nat.txt", text.ToString());
    }

    [Fact]
    public void With_json_a_refusal_is_one_error_object()
    {
        foreach (string[] arguments in Refused.Where(arguments => arguments[0] is "nat" or "predict" && !arguments.Contains("--json")))
        {
            CliResult result = CliResult.Of([.. arguments, "--json"]);

            JsonElement error = JsonDocument.Parse(Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
            Assert.Equal("error", error.GetProperty("event").GetString());
            Assert.Equal(2, error.GetProperty("exit").GetInt32());
            Assert.Equal(2, result.Exit);
        }
    }

    [Fact]
    public void Without_a_server_the_hint_says_where_to_get_one()
    {
        var refusal = Assert.IsType<Request<NatOptions>.Refuse>(NatTable.Parse([], new EnvironmentDefaults()));

        Assert.Equal("no server given: use --server <server>", refusal.Failure.Message);
        Assert.Contains("punch serve", refusal.Failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_come_from_the_command_line_or_else_from_the_environment()
    {
        NatOptions fromEnvironment = Options(" stun.example,203.0.113.1:5000 [2001:db8::1]:5001 ");
        NatOptions fromArguments = Options("stun.example", "-S", "a.example", "--server=b.example:99");

        Assert.Equal(["stun.example", "203.0.113.1", "2001:db8::1"], fromEnvironment.Servers.Select(server => server.Host));
        Assert.Equal([null, (ushort)5000, (ushort)5001], fromEnvironment.Servers.Select(server => server.Port));
        Assert.Equal(["a.example", "b.example"], fromArguments.Servers.Select(server => server.Host));
    }

    [Fact]
    public void Options_mean_what_they_say()
    {
        NatOptions options = Options(null, "-Sa", "-6", "-w", "3", "--hairpin", "--lifetime", "--json", "-q", "-vv", "--require", "eim", "--require", "full-cone");

        Assert.Equal(AddressFamilies.V6, options.Families);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Deadline);
        Assert.True(options is { TestsHairpin: true, TestsLifetime: true, IsJson: true, IsQuiet: true, Verbosity: 2 });
        Assert.Equal(["eim", "full-cone"], options.Requirements.Select(requirement => requirement.Word));
        Assert.Equal(AddressFamilies.V4, Options(null, "-Sa", "-B", "192.0.2.1").Families);
    }

    [Fact]
    public void A_host_named_like_a_command_is_reached_after_two_dashes()
    {
        CliResult result = CliResult.Of("--", "nat", "0");

        Assert.Contains("'0' is not a port", result.Error, StringComparison.Ordinal);
    }

    private static NatOptions Options(string? environment, params string[] arguments) =>
        Assert.IsType<Request<NatOptions>.Perform>(NatTable.Parse(arguments, new EnvironmentDefaults { Server = environment })).Options;
}
