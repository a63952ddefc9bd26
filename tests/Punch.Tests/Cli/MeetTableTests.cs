using System.Text;
using System.Text.Json;
using Punch.Cli.Commands.Meet;
using Punch.Cli.Options;
using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net.Resolving;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The arguments that <c>punch meet</c> accepts, and those that it refuses.</summary>
public sealed class MeetTableTests
{
    private const string Code = "7k3m-9q2p-xv4t-h8rn-5wzc";

    private static readonly string[][] Refused =
    [
        [],
        [Code],
        ["--via"],
        ["--via", "a:0"],
        ["--via", "10.1"],
        ["--via", ","],
        ["--via", "a,10.1"],
        ["--via", "http://a"],
        ["--via", "tls://"],
        ["--via", "tcp://a#sha256=2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"],
        ["--via", "tls://a#sha256=2d71"],
        ["--via", "wss://a#2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"],
        ["--via", "a", "--proxy", "socks5://p:1080"],
        ["--via", "a", "--proxy", "http://me:secret@p:3128"],
        ["--via", "a", "--proxy", ""],
        ["--via", "a", "wwww-9q2p-xv4t-h8rn-5wz"],
        ["--via", "a", "wwww-9q2p-xv4t-h8rn-5"],
        ["--via", "a", "wwww-9q2p-xv4t-h8rn-5wzcc"],
        ["--via", "a", "wwww-9q2p-xu4t-h8rn-5wzc"],
        ["--via", "a", "wwww", "9q2p"],
        ["--via", "a", ""],
        ["--via", "a", "-"],
        ["--via", "a", "punch.example"],
        ["--via", "a", "-4", "-6"],
        ["--via", "a", "-4", "-B", "::1"],
        ["--via", "::1", "-4"],
        ["--via", "127.0.0.1", "-B", "::1"],
        ["--via", "a", "-B", "eth0"],
        ["--via", "a", "-p", "65536"],
        ["--via", "a", "-c", "0"],
        ["--via", "a", "-w", "0"],
        ["--via", "a", "-i", "-1"],
        ["--via", "a", "-s", "65508"],
        ["--via", "a", "--one-way-ok"],
        ["--at"],
        ["--at", ""],
        ["--at", "10.1"],
        ["--at", "a:0"],
        ["--at", "a", "--listen"],
        ["--at", "a", "--at", "b"],
        ["--at", "a", "--via", "b"],
        ["--at", "a", "--tcp"],
        ["--at", "a", "--proxy", "http://p:3128"],
        ["--at", "a", "--turn", "turn:b"],
        ["--at", "a", "--relay-only"],
        ["--at", "a", "--direct"],
        ["--at", "::1", "-4"],
        ["--listen", "--via", "b"],
        ["--listen", "--server-password-file", "f"],
        ["--listen", "b"],
        ["--via", "a", "--report", "1s"],
        ["--via", "a", "--pipe", "--report", "0"],
        ["--via", "a", "--bogus"],
    ];

    [Fact]
    public void Every_refusal_reads_as_reviewed()
    {
        var text = new StringBuilder();
        foreach (string[] arguments in Refused)
        {
            CliResult result = CliResult.Of(["meet", .. arguments]);

            Assert.Equal(2, result.Exit);
            Assert.Empty(result.Output);
            text.Append("$ punch meet ").AppendJoin(' ', arguments.Select(word => word.Length == 0 ? "''" : word)).Append('\n');
            text.Append(result.Error).Append($"exit {result.Exit}\n\n");
        }

        Golden.Check("refusals-meet.txt", text.ToString());
    }

    [Fact]
    public void No_refusal_shows_most_of_a_code()
    {
        foreach (string[] arguments in Refused)
        {
            CliResult result = CliResult.Of(["meet", .. arguments, "--json"]);

            Assert.DoesNotContain("wwww", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("wwww", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void With_json_a_refusal_is_an_error_object_and_a_summary()
    {
        foreach (string[] arguments in Refused)
        {
            JsonElement[] lines = [.. CliResult.Of(["meet", "--json", .. arguments]).Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

            Assert.Equal(["error", "summary"], lines.Select(line => line.GetProperty("event").GetString()));
            Assert.All(lines, line => Assert.Equal(2, line.GetProperty("exit").GetInt32()));
        }
    }

    [Fact]
    public void Without_a_code_the_command_makes_one()
    {
        PeerOptions options = Options("--via", "punch.example");

        Assert.Null(Target(options).Code);
        Assert.Equal("punch.example", Target(options).Server.Host);
        Assert.Null(Target(options).Server.Port);
        Assert.Equal(0, options.LocalPort);
        Assert.Equal(AddressFamilies.Any, options.Families);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Interval);
        Assert.True(options is { Bind: null, Count: null, Deadline: null, Size: 0, IsJson: false, IsQuiet: false, Verbosity: 0 });
    }

    [Fact]
    public void Options_mean_what_they_say()
    {
        PeerOptions options = Options(
            Code, "--via=[2001:db8::1]:5000", "-p", "4000", "-B", "2001:db8::2", "-6", "-c", "3", "-w", "1m", "-i", "250ms", "-s", "1200", "-qvv", "--json");

        Assert.Equal(Code, Target(options).Code!.Reveal());
        Assert.Equal("[2001:db8::1]:5000", Target(options).ServerWord);
        Assert.Equal(HostAddress.Parse("2001:db8::1"), Target(options).Server.Literal);
        Assert.Equal<ushort?>(5000, Target(options).Server.Port);
        Assert.Equal(4000, options.LocalPort);
        Assert.Equal(HostAddress.Parse("2001:db8::2"), options.Bind);
        Assert.Equal(AddressFamilies.V6, options.Families);
        Assert.Equal(3, options.Count);
        Assert.Equal(TimeSpan.FromMinutes(1), options.Deadline);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.Interval);
        Assert.Equal(1200, options.Size);
        Assert.True(options is { IsJson: true, IsQuiet: true, Verbosity: 2 });
    }

    [Theory]
    [InlineData("7K3M9Q2PXV4TH8RN5WZC")]
    [InlineData("7k3m", "9q2p", "xv4t", "h8rn", "5wzc")]
    [InlineData("7k3m–9q2p–xv4t–h8rn–5wzc")]
    public void A_code_is_read_as_people_write_it(params string[] words) => Assert.Equal(Code, Target(Options([.. words, "--via", "a"])).Code!.Reveal());

    [Fact]
    public void A_code_comes_from_the_command_line_or_standard_input_or_else_from_the_environment()
    {
        const string Other = "0000-0000-0000-0000-0000";
        var environment = new EnvironmentDefaults { Code = Other, ReadLine = () => $"  {Code} " };

        Assert.Equal(Code, Target(Options(environment, Code, "--via", "a")).Code!.Reveal());
        Assert.Equal(Code, Target(Options(environment, "-", "--via", "a")).Code!.Reveal());
        Assert.Equal(Other, Target(Options(environment, "--via", "a")).Code!.Reveal());
    }

    [Fact]
    public void A_wrong_code_says_where_it_came_from()
    {
        var environment = new EnvironmentDefaults { Code = "x", ReadLine = () => "y" };

        Assert.Equal("the code in PUNCH_CODE has 1 of 20 characters: 19 are missing", Refusal(environment, "--via", "a"));
        Assert.Equal("the code on standard input has 1 of 20 characters: 19 are missing", Refusal(environment, "-", "--via", "a"));
        Assert.Equal("the code on standard input is empty", Refusal(environment with { ReadLine = () => null }, "-", "--via", "a"));
    }

    [Fact]
    public void The_server_may_come_from_the_environment()
    {
        var environment = new EnvironmentDefaults { Server = " one.example:99, two.example" };

        Assert.Equal("one.example:99", Target(Options(environment)).ServerWord);
        Assert.Equal("three.example", Target(Options(environment, "--via", "three.example")).ServerWord);
    }

    [Theory]
    [InlineData("punch.example", "punch meet CODE --via punch.example")]
    [InlineData("203.0.113.1:5000", "punch meet CODE --via 203.0.113.1:5000")]
    [InlineData("[2001:db8::1]:5000", "punch meet CODE --via '[2001:db8::1]:5000'")]
    [InlineData("m\u00FCller.example", "punch meet CODE --via 'm\u00FCller.example'")]
    public void The_command_for_the_other_side_can_be_pasted_into_a_shell(string server, string command) =>
        Assert.Equal(command, PeerCommand.Of(Options("--via", server), Target(Options("--via", server)), "CODE"));

    [Theory]
    [InlineData("'7k3m-9q2p-xv4t-h8rn-5wzc'")]
    [InlineData("\u201C7k3m-9q2p-xv4t-h8rn-5wzc\u201D")]
    [InlineData("`7K3M_9Q2P_XV4T_H8RN_5WZC`.")]
    [InlineData("7k3m-9q2p-\u200Bxv4t-h8rn-5wzc\uFEFF")]
    [InlineData("7k3m-9q2p-xv4t-h8rn-5wzc.")]
    public void A_code_may_bring_what_a_chat_puts_around_it(string text) =>
        Assert.Equal(Code, Target(Options(text, "--via", "a")).Code!.Reveal());

    [Theory]
    [InlineData("punch meet 7k3m-9q2p-xv4t-h8rn-5wzc --via b.example")]
    [InlineData("$ punch meet 7k3m-9q2p-xv4t-h8rn-5wzc --via=b.example")]
    [InlineData("'punch meet 7k3m-9q2p-xv4t-h8rn-5wzc --via b.example'")]
    [InlineData("meet 7k3m-9q2p-xv4t-h8rn-5wzc --via 'b.example' --pipe")]
    public void The_whole_line_of_the_other_side_is_taken_for_its_code_and_its_server(string line)
    {
        var environment = new EnvironmentDefaults { Server = "default.example", ReadLine = () => line, Code = line };

        foreach (PeerOptions options in (PeerOptions[])[Options(environment, line), Options(environment, "-"), Options(environment)])
        {
            Assert.Equal((Code, "b.example"), (Target(options).Code!.Reveal(), Target(options).ServerWord));
            Assert.Equal(line.EndsWith("--pipe", StringComparison.Ordinal) ? PathUse.Streams : PathUse.Messages, options.Purpose.Use);
        }

        Assert.Equal("mine", Target(Options(environment, line, "--via", "mine")).ServerWord);
    }

    [Theory]
    [InlineData("--send|a|b|--via|s", "a,b", null)]
    [InlineData("--send|a|CODE|--via|s", "a", null)]
    [InlineData("CODE|--via|s|--send|a|--send=b|-v", "a,b", null)]
    [InlineData("--receive|CODE|--via|s", "", ".")]
    [InlineData("--receive|--via|s|CODE", "", ".")]
    [InlineData("CODE|--via|s|--receive", "", ".")]
    [InlineData("CODE|--via|s|--receive|in", "", "in")]
    [InlineData("--receive=in|CODE|--via|s", "", "in")]
    [InlineData("punch meet CODE --via s --receive", "", ".")]
    [InlineData("--receive|in|punch meet CODE --via s --receive", "", "in")]
    [InlineData("--send|a|punch meet CODE --via s --send PATH...", "a", null)]
    [InlineData("punch meet CODE --via s --receive|--force", "", ".")]
    public void Files_are_named_as_a_shell_names_them(string line, string sent, string? folder)
    {
        PeerOptions options = Options(line.Replace("CODE", Code).Split('|'));

        Assert.Equal((PathUse.Streams, sent), (options.Purpose.Use, string.Join(',', options.Purpose.Copy!.Sent)));
        Assert.Equal(folder, options.Purpose.Copy.Folder);
        Assert.Equal(line.EndsWith("--force", StringComparison.Ordinal), options.Purpose.Copy.Overwrites);
        Assert.Equal("s", Target(options).ServerWord);
    }

    [Theory]
    [InlineData("--send needs a value", "--send|--via|s")]
    [InlineData("'--receive' is given twice", "--receive|a|--receive|b|--via|s")]
    [InlineData("--send and --receive cannot be used together", "--send|a|--receive|--via|s")]
    [InlineData("--send and --pipe cannot be used together", "--send|a|--pipe|--via|s")]
    [InlineData("--receive and -", "--receive|-c|1|--via|s")]
    [InlineData("--receive and a command after '--' cannot be used together", "--via|s|--receive|--|true")]
    [InlineData("cannot be used with --send", "--via|s|--send|a|-L|80:localhost:80")]
    [InlineData("--force needs --receive", "--send|a|--force|--via|s")]
    [InlineData("--force needs --receive", "--force|--via|s")]
    [InlineData("the peer waits for files: name them with --send", "punch meet CODE --via s --send PATH...")]
    public void Copies_that_contradict_themselves_are_refused(string problem, string line) =>
        Assert.Contains(problem.Replace("--send needs", "'--send' needs"), Refusal(new EnvironmentDefaults(), line.Replace("CODE", Code).Split('|')));

    [Theory]
    [InlineData("--send|a", "--receive")]
    [InlineData("--receive", "--send PATH...")]
    public void The_command_for_the_other_side_of_a_copy_is_the_opposite(string words, string opposite) =>
        Assert.Equal($"punch meet CODE --via s {opposite}", PeerCommand.Of(Options(["--via", "s", .. words.Split('|')]), Target(Options("--via", "s")), "CODE"));

    [Theory]
    [InlineData("2001:db8::1%;id", "is not the name of a network interface")]
    [InlineData("fe80::1%$(id)", "is not the name of a network interface")]
    [InlineData("[fe80::1%a b]:3478", "is not the name of a network interface")]
    [InlineData("turn:a.example", "a TURN server introduces nobody")]
    [InlineData("stuns:a.example", "is STUN over TLS")]
    [InlineData("https://a.example", "is a URL")]
    public void A_server_of_another_kind_or_with_a_strange_scope_is_named(string server, string problem) =>
        Assert.Contains(problem, Refusal(new EnvironmentDefaults(), "--via", server));

    [Fact]
    public void The_password_of_the_server_comes_from_a_file_or_else_from_the_environment()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "from the file\r\nsecond line\n");
        var environment = new EnvironmentDefaults { Password = "from the environment" };

        Assert.Null(Target(Options("--via", "a")).Password.Read());
        Assert.True(Knows(Target(Options(environment, "--via", "a")).Password.Read(), "from the environment"));
        Assert.True(Knows(Target(Options(environment, "--via", "a", "--server-password-file", path)).Password.Read(), "from the file"));
        File.WriteAllText(path, "\nsecond line");
        PasswordPlace place = Target(Options(environment, "--via", "a", "--server-password-file", path)).Password;
        Assert.Contains("is no password", Assert.Throws<FailureException>(place.Read).Failure.Message);
        File.Delete(path);
        Assert.Contains("no such file", Assert.Throws<FailureException>(place.Read).Failure.Message);
    }

    [Theory]
    [InlineData("geheim@a.example")]
    [InlineData("geheim@a.example:99")]
    [InlineData("user:geheim@a.example")]
    [InlineData("stun:geheim@a.example")]
    [InlineData("tls://geheim@a.example")]
    [InlineData("turn:geheim@a.example")]
    [InlineData("wss://geheim@a.example#x")]
    [InlineData("a.example,user:geheim,more@b.example")]
    public void A_password_on_the_command_line_is_refused_and_not_repeated(string server)
    {
        Failure failure = Assert.IsType<Request<PeerOptions>.Refuse>(MeetTable.Parse(["--via", server], new EnvironmentDefaults())).Failure;

        Assert.Equal(ExitCode.Usage, failure.Exit);
        Assert.Contains("PUNCH_SERVER_PASSWORD", failure.Hint);
        Assert.DoesNotContain("geheim", failure.ToString());
    }

    [Fact]
    public void A_stun_uri_names_a_server() =>
        Assert.Equal(("a.example", (ushort?)5000), (Target(Options("--via", "stun:a.example:5000")).Server.Host, Target(Options("--via", "stun:a.example:5000")).Server.Port));

    private static bool Knows(ServerPassword? password, string text)
    {
        byte[] join = new byte[JoinRequest.Length];
        var request = new JoinRequest { Room = new byte[16], Party = new byte[16], IsLeaving = true, Password = password };
        return request.TryWrite(join) && ServerPassword.TryDerive(text, out ServerPassword? right) && right.IsKnownTo(join);
    }

    private static PeerTarget.Meeting Target(PeerOptions options) => Assert.IsType<PeerTarget.Meeting>(options.Target);

    private static PeerOptions Options(params string[] arguments) => Options(new EnvironmentDefaults(), arguments);

    private static PeerOptions Options(EnvironmentDefaults environment, params string[] arguments) =>
        Assert.IsType<Request<PeerOptions>.Perform>(MeetTable.Parse(arguments, environment)).Options;

    private static string Refusal(EnvironmentDefaults environment, params string[] arguments) =>
        Assert.IsType<Request<PeerOptions>.Refuse>(MeetTable.Parse(arguments, environment)).Failure.Message;
}
