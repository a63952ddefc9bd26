using System.Text;
using System.Text.Json;
using Punch.Cli.Presenting;
using Punch.Cli.Session;
using Punch.Net;
using Punch.Tests.Diagnosis;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed class MeetPresenterTests
{
    private static readonly HelloTraits Hard = new(Dependence.Dependent, Dependence.Dependent, HasNoNat: false);
    private static readonly HelloTraits Easy = new(Dependence.EndpointIndependent, Dependence.Dependent, HasNoNat: false);

    [Fact]
    public void The_text_output_is_as_reviewed()
    {
        var text = new StringBuilder();
        text.Append("# a code made here\n").Append(MeetText().WholeMeeting().Output.Text);
        text.Append("\n# -v\n").Append(MeetText(options => options with { Verbosity = 1 }).WholeMeeting().Output.Text);
        text.Append("\n# -q\n").Append(MeetText(options => options with { IsQuiet = true }).WholeMeeting().Output.Text);

        Golden.Check("meet.txt", text.ToString());
    }

    [Fact]
    public void The_JSON_output_is_as_reviewed()
    {
        string text = MeetJson().WholeMeeting().Output.Text;

        Golden.Check("meet.jsonl", text);
    }

    [Fact]
    public void Every_failure_reads_as_reviewed()
    {
        var text = new StringBuilder();
        foreach ((SessionOutcome outcome, IcmpHeard heard) in Outcomes())
        {
            text.Append("# ").Append(outcome.Result).Append('\n');
            text.Append(MeetText().Begin().End(Failed(Explain(outcome, heard), outcome)).Error.Text);
            text.Append("exit ").Append((int)Explain(outcome, heard).Exit).Append("\n\n");
        }

        Golden.Check("meet-failures.txt", text.ToString());
    }

    [Fact]
    public void A_failure_is_one_error_line_with_details_and_a_hint()
    {
        foreach ((SessionOutcome outcome, IcmpHeard heard) in Outcomes())
        {
            Failure failure = Explain(outcome, heard);

            Assert.NotNull(failure.Hint);
            Assert.InRange(failure.Details.Count, 0, 2 + outcome.Ways.Count);
            Assert.NotEqual('.', failure.Message[^1]);
        }
    }

    [Fact]
    public void Quiet_leaves_out_single_datagrams_and_tries()
    {
        string[] events = [.. MeetJson(options => options with { IsQuiet = true }).WholeMeeting().Output.Lines.Select(Event)];

        Assert.DoesNotContain("sent", events);
        Assert.DoesNotContain("received", events);
        Assert.DoesNotContain("trying", events);
        Assert.Contains("code", events);
        Assert.Equal("summary", events[^1]);
    }

    [Fact]
    public void An_address_tried_from_several_ports_is_reported_once_without_verbose()
    {
        Assert.Equal(1, Tries(verbosity: 0));
        Assert.Equal(2, Tries(verbosity: 1));

        static int Tries(int verbosity) => MeetText(options => options with { Verbosity = verbosity }).Begin()
            .Event(Trying("203.0.113.7:51234", 0))
            .Event(Trying("203.0.113.7:51234", 0))
            .Output.Lines.Count(line => line.StartsWith("Trying 203.0.113.7:51234", StringComparison.Ordinal));
    }

    [Fact]
    public void A_code_that_was_given_is_never_printed()
    {
        Assert.DoesNotContain("On the other side", MeetText().Begin().Output.Text);
        Assert.DoesNotContain("\"code\"", MeetJson().Begin().Output.Text);
    }

    [Fact]
    public void A_code_that_was_made_is_printed_in_one_place()
    {
        Assert.Single(MeetText().WholeMeeting().Output.Lines, line => line.Contains(Code, StringComparison.Ordinal));
        Assert.Single(MeetJson().WholeMeeting().Output.Lines, line => line.Contains(Code, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_field_is_documented_and_every_documented_field_occurs()
    {
        HashSet<string> written = [];
        foreach (string line in MeetJson().WholeMeeting().Output.Lines)
        {
            if (Event(line) is not ("sent" or "received" or "closed")) { NatPresenterTests.Collect(JsonDocument.Parse(line).RootElement, written); }
        }

        HashSet<string> common = [];
        SessionScript session = AsJson().Begin().Event(Path(SessionEventKind.Opened, 1, roundTrip: 1)).End(new SessionEnd { Exit = ExitCode.Success });
        foreach (string line in session.Output.Lines)
        {
            NatPresenterTests.Collect(JsonDocument.Parse(line).RootElement, common);
        }

        written.ExceptWith(common);
        Assert.Equal(NatPresenterTests.Documented("punch meet").Except(common).Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_and_every_field_and_value_of_it_is_documented()
    {
        string page = File.ReadAllText(System.IO.Path.Combine(Repository.Root, "docs", "json.md"));
        string section = page.Split("\n# The output of `punch meet --json`")[1].Split("\n# ")[0];

        Assert.All(MeetJson().WholeMeeting().Output.Lines.Select(Event), name => Assert.Matches($"(?m)^\\| [a-z, _]*\\b{name}\\b[a-z, _]* \\|", section));
        Assert.All(Enum.GetValues<SessionResult>(), result => Assert.Contains($"`{Encoding.ASCII.GetString(JsonNames.Of(result))}`", section));
        Assert.All(Outcomes(), each => Assert.Matches($"(?m)^\\| `?{Explain(each.Outcome, each.Heard).Code}`? \\| {(int)Explain(each.Outcome, each.Heard).Exit} \\|", page));
        Assert.All((string[])["loopback", "lan", "ipv6", "ipv4", "answered", "silent", "back", "refused", "independent", "dependent"], word => Assert.Contains($"`{word}`", section));
    }

    [Theory]
    [InlineData("127.0.0.1:1", "loopback")]
    [InlineData("[::1]:1", "loopback")]
    [InlineData("192.168.1.7:1", "lan")]
    [InlineData("192.168.1.2:1", "loopback")]
    [InlineData("192.168.2.7:1", "ipv4")]
    [InlineData("[2001:db8:1::7]:1", "lan")]
    [InlineData("[2001:db8:2::7]:1", "ipv6")]
    public void A_path_is_named_by_what_this_machine_stands_in(string remote, string name)
    {
        var kinds = new PathKinds(() => [new LocalAddress(HostAddress.Parse("192.168.1.2"), 24), new LocalAddress(HostAddress.Parse("2001:db8:1::2"), 64)]);

        Assert.Equal(name, kinds.Name(TransportAddress.Parse(remote)));
    }

    private enum IcmpHeard
    {
        Nothing,
        PortUnreachable,
    }

    private static readonly string[] Reasons =
    [
        "the proxy 192.0.2.9:3128 asks for a password (HTTP 407)",
        "the web server there redirects elsewhere: is this a captive portal? (HTTP 302)",
        "the certificate's issuer is unknown here: 'Corporate Inspection'; is TLS inspected on the way?",
        "the certificate expired on 2026-01-02",
        "the certificate has another key than the pin says: sha256=2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        "the certificate is for other.example, not for punch.example",
        "a connection opened, and nothing answers on it",
    ];

    private static IEnumerable<(SessionOutcome Outcome, IcmpHeard Heard)> Outcomes()
    {
        var mapped = TransportAddress.Parse("198.51.100.1:40122");
        yield return (new SessionOutcome { Result = SessionResult.NobodyCame, Mapped = mapped }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerSilent }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerSilent }, IcmpHeard.PortUnreachable);
        TransportAddress tcp = TransportAddress.Parse("192.0.2.1:3478") with { Transport = Transport.Tcp };
        TransportAddress tls = tcp with { Port = 443, Transport = Transport.Tls };
        WayOutcome[] silent = [new(tcp, "no reply"), new(tls, "connection refused")];
        yield return (new SessionOutcome { Result = SessionResult.ServerSilent, Ways = silent }, default);
        foreach (string reason in Reasons)
        {
            yield return (new SessionOutcome { Result = SessionResult.ServerSilent, Ways = [silent[0], new(tls, reason)] }, default);
        }

        yield return (new SessionOutcome { Result = SessionResult.ServerSilent, Unusable = Came(UnusableKind.Error) }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerSilent, Unusable = Came(UnusableKind.OtherSource) }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerSilent, Unusable = Came(UnusableKind.NotStun) }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerSilent, Unusable = Came(UnusableKind.WrongFingerprint) }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerRefused, Refusal = StunErrorCode.Forbidden }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerRefused, Refusal = StunErrorCode.InsufficientCapacity }, default);
        yield return (new SessionOutcome { Result = SessionResult.ServerRefused, Refusal = StunErrorCode.BadRequest }, default);
        yield return (new SessionOutcome { Result = SessionResult.PeerRejected, Rejection = HelloRejection.OtherVersion }, default);
        yield return (new SessionOutcome { Result = SessionResult.PeerRejected, Rejection = HelloRejection.BrokenSeal }, default);
        yield return (new SessionOutcome { Result = SessionResult.NoPath, Own = Hard, Peer = Hard, Tried = 2, Rounds = 3 }, default);
        yield return (new SessionOutcome { Result = SessionResult.NoPath, Own = Hard, Peer = Easy, Tried = 2, Rounds = 3 }, default);
        yield return (new SessionOutcome { Result = SessionResult.NoPath, Own = Easy, Peer = Hard, Tried = 2, HasHeard = true }, default);
        yield return (new SessionOutcome { Result = SessionResult.NoPath, Own = new HelloTraits(default, default, HasNoNat: true), Tried = 1 }, default);
        yield return (new SessionOutcome { Result = SessionResult.NoPath, Tried = 1, Untried = [TransportAddress.Parse("172.17.0.2:40122")] }, default);
        yield return (new SessionOutcome { Result = SessionResult.NoPath, Tried = 1, Own = Easy, Peer = Easy, HasHeard = true }, default);
    }

    private static UnusableReply Came(UnusableKind kind) => new(kind, SessionScript.Server with { Port = 7 }, 3, new byte[] { 1, 2, 3 })
    {
        Code = kind == UnusableKind.Error ? StunErrorCode.Unauthenticated : null,
    };

    private static SessionEnd Failed(Failure failure, SessionOutcome outcome) => new() { Exit = failure.Exit, Failure = failure, Outcome = outcome };

    private static Failure Explain(SessionOutcome outcome, IcmpHeard heard)
    {
        PeerOptions options = MeetOptions(each => each with { Deadline = TimeSpan.FromSeconds(30) });
        var ledger = new SessionLedger([SessionScript.Server]);
        ledger.Note(Found(2_000, 1));
        ledger.Note(Ended(30_000));
        if (heard == IcmpHeard.PortUnreachable) { ledger.NoteRefusal(new IcmpReport(IcmpKind.PortUnreachable, SessionScript.Server, SessionScript.Server.Host, 3, 3)); }

        SessionStart start = MeetStart() with { Remotes = [SessionScript.Server] };
        return SessionFailure.Explain(options, new SessionReport(start, ledger, new SessionStatistics(), outcome, ExitCode.NoPath))!;
    }

    private static string Event(string line) => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!;
}
