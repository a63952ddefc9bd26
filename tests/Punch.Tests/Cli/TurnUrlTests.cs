using System.Text;
using Punch.Cli.Commands.Meet;
using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary><c>--turn</c>: what it takes, and that no password is ever on a command line or in an error.</summary>
public sealed class TurnUrlTests
{
    private static readonly EnvironmentDefaults Environment = new() { Server = "via.example", TurnPassword = "pass" };

    [Theory]
    [InlineData("turn:me@turn.example", "turn:turn.example", 3478, "Any", "me")]
    [InlineData("turns:me@turn.example", "turns:turn.example", 5349, "Tls", "me")]
    [InlineData("TURN:me@turn.example:99?transport=udp", "turn:turn.example:99", 99, "Udp", "me")]
    [InlineData("turn://me@198.51.100.1?transport=TCP", "turn:198.51.100.1", 3478, "Tcp", "me")]
    [InlineData("turns:me@[2001:db8::1]:443?transport=tcp", "turns:[2001:db8::1]:443", 443, "Tls", "me")]
    [InlineData("turn:1733000000%3Ame@turn.example", "turn:turn.example", 3478, "Any", "1733000000:me")]
    [InlineData("turn:me@there@turn.example", "turn:turn.example", 3478, "Any", "me@there")]
    public void A_server_is_read(string text, string name, int port, string way, string user)
    {
        TurnChoice choice = Choice("--turn", text);

        Assert.Equal((name, port, way, user), (choice.Url.Name, choice.Url.Port, choice.Url.Way.ToString(), choice.User));
        Assert.Equal("pass", Encoding.UTF8.GetString(choice.ReadPassword()));
        Assert.DoesNotContain("pass", choice.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("turn.example", "is not a TURN server")]
    [InlineData("stun:turn.example", "is not a TURN server")]
    [InlineData("turn:", "the host is empty")]
    [InlineData("turn:me@", "the host is empty")]
    [InlineData("turn:@turn.example", "user name")]
    [InlineData("turn:me@turn.example:0", "is not a port")]
    [InlineData("turn:me@turn.example?transport=sctp", "is unknown")]
    [InlineData("turns:me@turn.example?transport=udp", "DTLS")]
    [InlineData("turn:turn.example", "no user name")]
    public void Another_text_is_refused(string text, string problem) =>
        Assert.Contains(problem, Refusal(Environment, "--turn", text), StringComparison.Ordinal);

    [Theory]
    [InlineData("turn:me:hunter2@turn.example")]
    [InlineData("turns://me:hunter2@turn.example:443?transport=tcp")]
    [InlineData("me:hunter2@turn.example")]
    [InlineData("turn:me:hunter2@")]
    public void A_password_in_the_URL_is_refused_and_not_repeated(string text)
    {
        CliResult result = CliResult.Of(["meet", "--via", "a", "--turn", text]);

        Assert.Equal(2, result.Exit);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
        Assert.Contains("hint", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_and_the_password_come_from_the_environment_and_a_file_goes_first()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "secret of the file\r\nmore\n");
            EnvironmentDefaults environment = Environment with { TurnUser = "env:me" };

            Assert.Equal("env:me", Choice(environment, "--turn", "turn:turn.example").User);
            TurnChoice choice = Choice(environment, "--turn", "turn:me@turn.example", "--turn-password-file", file);
            Assert.Equal(("me", "secret of the file"), (choice.User, Encoding.UTF8.GetString(choice.ReadPassword())));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void What_lacks_something_or_contradicts_itself_is_refused()
    {
        string empty = Path.GetTempFileName();
        try
        {
            Assert.Contains("no password", Refusal(Environment with { TurnPassword = null }, "--turn", "turn:me@a"), StringComparison.Ordinal);
            Assert.Contains("no password", Unreadable(Environment, empty), StringComparison.Ordinal);
            Assert.Contains("cannot read", Unreadable(Environment, "/nowhere/at/all"), StringComparison.Ordinal);
            Assert.Contains("cannot read", Unreadable(Environment, Path.GetTempPath()), StringComparison.Ordinal);
            Assert.Contains("too long", Unreadable(Environment with { TurnPassword = new string('x', 513) }), StringComparison.Ordinal);
            Assert.Contains("is for a TURN server", Refusal(Environment, "--turn-password-file", empty), StringComparison.Ordinal);
            Assert.Contains("contradict", Refusal(Environment, "--turn", "turn:me@a", "--direct"), StringComparison.Ordinal);
            Assert.Contains("of no use to a command", Refusal(Environment, "--turn", "turn:me@a", "--", "true"), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(empty);
        }
    }

    [Fact]
    public void The_command_for_the_other_side_does_not_name_the_TURN_server()
    {
        PeerOptions options = Options(Environment, "--turn", "turn:me@turn.example");

        Assert.Equal("punch meet CODE --via via.example", PeerCommand.Of(options, (PeerTarget.Meeting)options.Target, "CODE"));
    }

    private static string Unreadable(EnvironmentDefaults environment, params string[] file)
    {
        string[] option = file.Length == 0 ? [] : ["--turn-password-file", .. file];
        TurnChoice choice = Choice(environment, ["--turn", "turn:me@a", .. option]);
        return Assert.Throws<FailureException>(choice.ReadPassword).Failure.Message;
    }

    private static TurnChoice Choice(params string[] arguments) => Choice(Environment, arguments);

    private static TurnChoice Choice(EnvironmentDefaults environment, params string[] arguments) =>
        ((PeerTarget.Meeting)Options(environment, arguments).Target).Turn!;

    private static PeerOptions Options(EnvironmentDefaults environment, params string[] arguments) =>
        Assert.IsType<Request<PeerOptions>.Perform>(MeetTable.Parse(arguments, environment)).Options;

    private static string Refusal(EnvironmentDefaults environment, params string[] arguments) =>
        Assert.IsType<Request<PeerOptions>.Refuse>(MeetTable.Parse(arguments, environment)).Failure.Message;
}
