using Punch.Cli.Forwards;
using Punch.Protocol.Forwarding;
using Xunit;

namespace Punch.Tests.Forwards;

public sealed class ForwardWordTests
{
    [Theory]
    [InlineData("8080:localhost:80", "Listen  8080 -> Connect localhost 80")]
    [InlineData("*:8080:10.0.0.5:80", "Listen * 8080 -> Connect 10.0.0.5 80")]
    [InlineData("[::1]:8080:[2001:db8::5]:80", "Listen ::1 8080 -> Connect 2001:db8::5 80")]
    [InlineData("0/udp:dns:53", "ListenDatagrams  0 -> Datagrams dns 53")]
    [InlineData("53/tcp+udp:dns:53", "Listen  53 -> Connect dns 53, ListenDatagrams  53 -> Datagrams dns 53")]
    [InlineData("5432:/run/pg.sock", "Listen  5432 -> Unix /run/pg.sock 0")]
    [InlineData("/tmp/pg.sock:db:5432", "Unix /tmp/pg.sock 0 -> Connect db 5432")]
    [InlineData("/tmp/a.sock:/tmp/b.sock", "Unix /tmp/a.sock 0 -> Unix /tmp/b.sock 0")]
    public void A_forward_names_where_it_listens_and_where_it_leads(string text, string expected) =>
        Assert.Equal(expected, string.Join(", ", ForwardWord.ParseForward("-L", text).Select(Text)));

    [Theory]
    [InlineData("8080")]
    [InlineData("8080:80")]
    [InlineData("8080:localhost:0")]
    [InlineData("8080:localhost:http")]
    [InlineData("99999:localhost:80")]
    [InlineData("a:b:c:d:e")]
    [InlineData("8080::80")]
    [InlineData("8080/sctp:localhost:80")]
    [InlineData("/tmp/x")]
    [InlineData("")]
    public void A_wrong_forward_is_one_clear_line(string text)
    {
        Failure failure = Assert.Throws<FailureException>(() => ForwardWord.ParseForward("-L", text).ToArray()).Failure;

        Assert.Equal(ExitCode.Usage, failure.Exit);
        Assert.StartsWith($"-L '{text}' ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:22", "localhost", 22, false)]
    [InlineData("10.0.0.5:53/udp", "10.0.0.5", 53, true)]
    [InlineData("[::1]:22", "::1", 22, false)]
    [InlineData("web:*", "web", null, false)]
    [InlineData("*:443", null, 443, false)]
    public void A_rule_names_a_host_and_a_port(string text, string? host, int? port, bool isUdp)
    {
        AllowRule rule = ForwardWord.ParseRule("--allow", text, mayLackHost: false);

        Assert.Equal((host, port, isUdp), (rule.Host, rule.Port, rule.IsUdp));
    }

    [Theory]
    [InlineData("22")]
    [InlineData("localhost")]
    [InlineData(":22")]
    [InlineData("localhost:0")]
    public void A_wrong_rule_is_one_clear_line(string text) =>
        Assert.StartsWith(
            $"--allow '{text}' ",
            Assert.Throws<FailureException>(() => ForwardWord.ParseRule("--allow", text, mayLackHost: false)).Message,
            StringComparison.Ordinal);

    private static string Text(ForwardSpec spec) => $"{Text(spec.Place)} -> {Text(spec.Target)}";

    private static string Text(OpenRequest request) => $"{request.Kind} {request.Text} {request.Number}";
}
