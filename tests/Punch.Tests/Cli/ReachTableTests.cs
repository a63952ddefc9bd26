using Punch.Cli.Commands.Reach;
using Punch.Cli.Options;
using Punch.Cli.Session;
using Punch.Net.Resolving;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class ReachTableTests
{
    [Fact]
    public void A_bare_host_takes_every_default()
    {
        PeerOptions options = Parse("peer.example");

        Assert.Equal("peer.example", Host(options).Remote.Host);
        Assert.Null(Host(options).Remote.Literal);
        Assert.Equal(6311, Host(options).Port);
        Assert.Equal(6311, options.LocalPort);
        Assert.Null(options.Bind);
        Assert.Equal(AddressFamilies.Any, options.Families);
        Assert.Null(options.Count);
        Assert.Null(options.Deadline);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Interval);
        Assert.Equal(0, options.Size);
        Assert.Equal(Requirement.TwoWay, options.Requirement);
        Assert.False(options.IsJson);
        Assert.False(options.IsQuiet);
        Assert.Equal(0, options.Verbosity);
    }

    [Fact]
    public void Every_option_is_read_in_its_long_form()
    {
        PeerOptions options = Parse(
            "--local-port", "5000", "--bind=192.0.2.1", "--count", "7", "--deadline=2m", "--interval", "250ms", "--size=1200",
            "--quiet", "--verbose", "--json", "--one-way-ok", "-4", "peer.example", "40122");

        Assert.Equal(5000, options.LocalPort);
        Assert.Equal(HostAddress.Parse("192.0.2.1"), options.Bind);
        Assert.Equal(7, options.Count);
        Assert.Equal(TimeSpan.FromMinutes(2), options.Deadline);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.Interval);
        Assert.Equal(1200, options.Size);
        Assert.True(options.IsQuiet);
        Assert.Equal(1, options.Verbosity);
        Assert.True(options.IsJson);
        Assert.Equal(Requirement.OneWay, options.Requirement);
        Assert.Equal(AddressFamilies.V4, options.Families);
        Assert.Equal(40122, Host(options).Port);
    }

    [Theory]
    [InlineData("-c3")]
    [InlineData("-c", "3")]
    [InlineData("-c=3")]
    [InlineData("--count", "3")]
    [InlineData("--count=3")]
    [InlineData("-qc3")]
    [InlineData("-4qc", "3")]
    public void A_value_is_attached_or_follows(params string[] arguments) => Assert.Equal(3, Parse([.. arguments, "h"]).Count);

    [Theory]
    [InlineData("-c4", 4)]
    [InlineData("-c46", 46)]
    [InlineData("-c64", 64)]
    public void A_count_that_looks_like_an_address_family_is_a_count(string argument, int count)
    {
        PeerOptions options = Parse("h", argument);

        Assert.Equal(count, options.Count);
        Assert.Equal(AddressFamilies.Any, options.Families);
    }

    [Theory]
    [InlineData("-B::1")]
    [InlineData("-B=::1")]
    [InlineData("-6B::1")]
    [InlineData("--bind=::1")]
    [InlineData("--bind", "::1")]
    public void A_value_may_hold_colons(params string[] arguments) => Assert.Equal(HostAddress.Parse("::1"), Parse([.. arguments, "h"]).Bind);

    [Theory]
    [InlineData("--count:3")]
    [InlineData("-q5")]
    [InlineData("-q-")]
    [InlineData("--=3")]
    [InlineData("---")]
    public void A_colon_or_a_wrong_letter_does_not_introduce_a_value(string argument) =>
        Assert.StartsWith("unknown option", Assert.IsType<Request<PeerOptions>.Refuse>(Request("h", argument)).Failure.Message);

    [Theory]
    [InlineData("-c", "--help")]
    [InlineData("--count", "-h")]
    public void An_option_is_never_the_value_of_another(params string[] arguments) => Assert.StartsWith("Open a", Assert.IsType<Request<PeerOptions>.Answer>(Request(arguments)).Text);

    [Fact]
    public void A_first_argument_in_brackets_is_an_address() =>
        Assert.Equal(("2001:db8::1", 5), (Host(Parse("[2001:db8::1]", "5")).Remote.Host, Host(Parse("[2001:db8::1]", "5")).Port));

    [Fact]
    public void A_port_attached_to_its_letter_is_a_port()
    {
        PeerOptions options = Parse("-p6312", "h");

        Assert.Equal(6312, options.LocalPort);
        Assert.Equal(AddressFamilies.Any, options.Families);
    }

    [Fact]
    public void Flags_bundle_and_count()
    {
        PeerOptions options = Parse("-4qvv", "h", "-v", "-q");

        Assert.Equal(AddressFamilies.V4, options.Families);
        Assert.True(options.IsQuiet);
        Assert.Equal(3, options.Verbosity);
    }

    [Fact]
    public void Options_may_follow_the_host() => Assert.Equal(2, Parse("h", "-c", "2", "40122").Count);

    [Fact]
    public void Local_port_0_asks_for_any_free_one() => Assert.Equal(0, Parse("h", "-p", "0").LocalPort);

    [Theory]
    [InlineData("nat")]
    [InlineData("meet")]
    [InlineData("predict")]
    [InlineData("serve")]
    public void A_host_named_like_a_command_is_reached_after_dashes(string name)
    {
        Assert.Equal(name, Host(Parse("-q", "--", name)).Remote.Host);
        Assert.IsType<Request<PeerOptions>.Refuse>(Request(name));
        Assert.IsType<Request<PeerOptions>.Refuse>(Request("-q", name));
    }

    [Fact]
    public void After_dashes_the_port_may_follow() => Assert.Equal(5, Host(Parse("--", "nat", "5")).Port);

    [Fact]
    public void A_host_named_like_the_program_is_a_host() => Assert.Equal("punch", Host(Parse("punch")).Remote.Host);

    [Fact]
    public void After_a_host_and_dashes_comes_a_command_that_keeps_its_own_options()
    {
        PeerOptions options = Parse("h", "40122", "-q", "--", "dotnet", "-c", "3", "--", "--json");

        Assert.Equal((40122, true, false), (Host(options).Port, options.IsQuiet, options.IsJson));
        Assert.Equal(PathUse.HandOver, options.Purpose.Use);
        Assert.Equal("dotnet", options.Purpose.Command!.Program);
        Assert.Equal(["-c", "3", "--", "--json"], options.Purpose.Command.Arguments);
        Assert.Null(options.Count);
    }

    [Fact]
    public void A_host_after_dashes_has_its_command_after_the_next_ones()
    {
        PeerOptions options = Parse("-q", "--", "nat", "5", "--", "dotnet", "--", "x");

        Assert.Equal(("nat", 5), (Host(options).Remote.Host, Host(options).Port));
        Assert.Equal(["--", "x"], options.Purpose.Command!.Arguments);
    }

    [Fact]
    public void A_pipe_is_a_purpose_and_without_one_there_are_messages()
    {
        Assert.Equal(PathUse.Data, Parse("h", "--pipe", "-w", "3").Purpose.Use);
        Assert.Equal(PathUse.Messages, Parse("h").Purpose.Use);
    }

    [Theory]
    [InlineData("no-such-command-here", 127)]
    [InlineData("/no/such/file", 127)]
    [InlineData("/etc/passwd", 126)]
    [InlineData("/", 126)]
    public void A_command_that_cannot_be_run_is_reported_before_anything_is_sent(string command, int exit)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows finds commands by its own rules");
        CliResult result = CliResult.Of("127.0.0.1", "--", command);

        Assert.Equal(exit, result.Exit);
        Assert.Empty(result.Output);
        Assert.Matches("^punch: error: [^\n]+\n$", result.Error);
    }

    [Fact]
    public void A_file_is_never_read_for_arguments() => Assert.IsType<Request<PeerOptions>.Refuse>(Request("@arguments"));

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("h", "--help")]
    [InlineData("--bogus", "-h")]
    [InlineData("--version", "-h")]
    [InlineData("-qh")]
    public void Help_wins_over_everything(params string[] arguments) => Assert.StartsWith("Open a", Assert.IsType<Request<PeerOptions>.Answer>(Request(arguments)).Text);

    [Fact]
    public void Version_needs_no_host() => Assert.Equal("punch 0.1.0", Assert.IsType<Request<PeerOptions>.Answer>(Request("--version")).Text);

    [Fact]
    public void Help_after_dashes_is_a_host() => Assert.IsType<Request<PeerOptions>.Refuse>(Request("--", "--help"));

    [Fact]
    public void A_refusal_knows_that_json_was_asked_for()
    {
        Assert.True(Assert.IsType<Request<PeerOptions>.Refuse>(Request("--bogus", "h", "--json")).IsJson);
        Assert.False(Assert.IsType<Request<PeerOptions>.Refuse>(Request("--bogus", "h", "--", "--json")).IsJson);
    }

    [Theory]
    [InlineData("peer.example", "peer.example", null, null)]
    [InlineData("peer.example.", "peer.example.", null, null)]
    [InlineData("peer_1.example:40122", "peer_1.example", null, 40122)]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.7", null)]
    [InlineData("203.0.113.7:1", "203.0.113.7", "203.0.113.7", 1)]
    [InlineData("2001:db8::7", "2001:db8::7", "2001:db8::7", null)]
    [InlineData("[2001:db8::7]", "2001:db8::7", "2001:db8::7", null)]
    [InlineData("[2001:db8::7]:65535", "2001:db8::7", "2001:db8::7", 65535)]
    [InlineData("::1", "::1", "::1", null)]
    [InlineData("fe80::1%7", "fe80::1%7", "fe80::1%7", null)]
    [InlineData("[fe80::1%7]:9", "fe80::1%7", "fe80::1%7", 9)]
    [InlineData("::ffff:203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7", null)]
    [InlineData("münchen.example", "münchen.example", null, null)]
    public void Hosts_come_in_many_forms(string word, string host, string? literal, int? port)
    {
        PeerOptions options = Parse(word);

        Assert.Equal(host, Host(options).Remote.Host);
        Assert.Equal(literal is null ? null : HostAddress.Parse(literal), Host(options).Remote.Literal);
        Assert.Equal(port ?? 6311, Host(options).Port);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 500)]
    [InlineData(".5", 500)]
    [InlineData("250ms", 250)]
    [InlineData("1.5ms", 1.5)]
    [InlineData("5s", 5_000)]
    [InlineData("2m", 120_000)]
    [InlineData("43200m", 2_592_000_000)]
    public void Durations_have_units_or_are_seconds(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Parse("h", "-i", text).Interval);

    [Fact]
    public void A_bind_address_may_be_bracketed() => Assert.Equal(HostAddress.Parse("::1"), Parse("h", "-B", "[::1]").Bind);

    private static PeerTarget.Host Host(PeerOptions options) => Assert.IsType<PeerTarget.Host>(options.Target);

    [Theory]
    [InlineData("m\u00FCller.example", "xn--mller-kva.example")]
    [InlineData("M\u00DCLLER.example", "xn--mller-kva.example")]
    [InlineData("peer.example", "peer.example")]
    public void A_name_beyond_ASCII_is_looked_up_in_its_ASCII_form(string host, string name) =>
        Assert.Equal((host, name), (Assert.IsType<PeerTarget.Host>(Parse(host).Target).Remote.Host, Assert.IsType<PeerTarget.Host>(Parse(host).Target).Remote.LookUpName));

    [Theory]
    [InlineData("1h", 3600)]
    [InlineData("0.5h", 1800)]
    public void A_deadline_may_be_given_in_hours(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Parse("a", "-w", text).Deadline);

    [Fact]
    public void The_bound_socket_is_passed_to_a_command_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows passes none");
        Assert.True(Parse("a", "--pass-socket", "--", "sh").Purpose.PassesSocket);
        Assert.IsType<Request<PeerOptions>.Refuse>(Request("a", "--pass-socket"));
    }

    [Theory]
    [InlineData("help", "punch <remote-host>")]
    [InlineData("help meet", "punch meet [<code>]")]
    [InlineData("version", "punch 0.")]
    [InlineData("-V", "punch 0.")]
    public void Help_and_version_work_as_subcommands_too(string line, string start)
    {
        CliResult result = CliResult.Of(line.Split(' '));

        Assert.Equal(0, result.Exit);
        Assert.Contains(start, result.Output);
    }

    [Fact]
    public void After_dashes_such_an_argument_is_a_host() =>
        Assert.Equal("help", Assert.IsType<PeerTarget.Host>(Parse("--", "help").Target).Remote.Host);

    private static PeerOptions Parse(params string[] arguments) => Assert.IsType<Request<PeerOptions>.Perform>(Request(arguments)).Options;

    private static Request<PeerOptions> Request(params string[] arguments) => ReachTable.Parse(arguments);
}
