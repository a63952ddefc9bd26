using System.Text;
using System.Text.Json;
using Punch.Cli.Meet;
using Punch.Cli.Reach;
using Punch.Protocol;
using Punch.Protocol.Meeting;
using Punch.Protocol.Meeting.Agent;
using Punch.Protocol.Peer;
using Punch.Protocol.Stun;
using Punch.Tests.Diagnosis;
using Xunit;

namespace Punch.Tests.Cli;

public sealed class MeetPresenterTests
{
    private static readonly HelloTraits Hard = new(Dependence.Dependent, Dependence.Dependent, HasNoNat: false);
    private static readonly HelloTraits Easy = new(Dependence.EndpointIndependent, Dependence.Dependent, HasNoNat: false);

    [Fact]
    public void What_people_read_is_as_reviewed()
    {
        var text = new StringBuilder();
        text.Append("# a code made here\n").Append(MeetScript.Text().Everything().Output.Text);
        text.Append("\n# -v\n").Append(MeetScript.Text(options => options with { Verbosity = 1 }).Everything().Output.Text);
        text.Append("\n# -q\n").Append(MeetScript.Text(options => options with { IsQuiet = true }).Everything().Output.Text);

        Golden.Check("meet.txt", text.ToString());
    }

    [Fact]
    public void What_programs_read_is_as_reviewed()
    {
        string text = MeetScript.Json().Everything().Output.Text;

        Golden.Check("meet.jsonl", text);
    }

    [Fact]
    public void Every_failure_reads_as_reviewed()
    {
        var text = new StringBuilder();
        foreach ((MeetOutcome outcome, IcmpHeard heard) in Outcomes())
        {
            text.Append("# ").Append(outcome.Result).Append('\n');
            text.Append(MeetScript.Text().Begin().End(MeetScript.Failed(Explain(outcome, heard), outcome)).Error.Text);
            text.Append("exit ").Append((int)Explain(outcome, heard).Exit).Append("\n\n");
        }

        Golden.Check("meet-failures.txt", text.ToString());
    }

    [Fact]
    public void A_failure_is_one_error_line_at_most_two_of_details_and_a_hint()
    {
        foreach ((MeetOutcome outcome, IcmpHeard heard) in Outcomes())
        {
            Failure failure = Explain(outcome, heard);

            Assert.NotNull(failure.Hint);
            Assert.InRange(failure.Details.Count, 0, 2);
            Assert.NotEqual('.', failure.Message[^1]);
        }
    }

    [Fact]
    public void Quiet_leaves_out_single_datagrams_and_tries()
    {
        string[] events = [.. MeetScript.Json(options => options with { IsQuiet = true }).Everything().Output.Lines.Select(Event)];

        Assert.DoesNotContain("sent", events);
        Assert.DoesNotContain("received", events);
        Assert.DoesNotContain("trying", events);
        Assert.Contains("code", events);
        Assert.Equal("summary", events[^1]);
    }

    [Fact]
    public void An_address_that_is_tried_from_several_ports_is_told_once_unless_details_are_asked_for()
    {
        Assert.Equal(1, Tries(verbosity: 0));
        Assert.Equal(2, Tries(verbosity: 1));

        static int Tries(int verbosity) => MeetScript.Text(options => options with { Verbosity = verbosity }).Begin()
            .Event(MeetScript.Trying("203.0.113.7:51234", 0))
            .Event(MeetScript.Trying("203.0.113.7:51234", 0))
            .Output.Lines.Count(line => line.StartsWith("Trying 203.0.113.7:51234", StringComparison.Ordinal));
    }

    [Fact]
    public void A_code_that_was_given_is_never_printed()
    {
        Assert.DoesNotContain("On the other side", MeetScript.Text().Begin().Output.Text);
        Assert.DoesNotContain("\"code\"", MeetScript.Json().Begin().Output.Text);
    }

    [Fact]
    public void A_code_that_was_made_is_printed_in_one_place()
    {
        Assert.Single(MeetScript.Text().Everything().Output.Lines, line => line.Contains(MeetScript.Code, StringComparison.Ordinal));
        Assert.Single(MeetScript.Json().Everything().Output.Lines, line => line.Contains(MeetScript.Code, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_field_is_documented_and_every_documented_field_occurs()
    {
        HashSet<string> written = [];
        foreach (string line in MeetScript.Json().Everything().Output.Lines)
        {
            if (Event(line) is not ("sent" or "received" or "closed")) { NatPresenterTests.Collect(JsonDocument.Parse(line).RootElement, written); }
        }

        HashSet<string> common = [];
        foreach (string line in SessionScript.Json().Begin().Event(SessionScript.Path(PeerEventKind.Opened, 1, roundTrip: 1)).End(new Punch.Cli.Reach.SessionEnd { Exit = ExitCode.Success }).Output.Lines)
        {
            NatPresenterTests.Collect(JsonDocument.Parse(line).RootElement, common);
        }

        written.ExceptWith(common);
        Assert.Equal(NatPresenterTests.Documented("punch meet").Except(common).Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_and_every_word_of_it_is_documented()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "json.md"));
        string section = page.Split("\n# The output of `punch meet --json`")[1].Split("\n# ")[0];

        Assert.All(MeetScript.Json().Everything().Output.Lines.Select(Event), name => Assert.Matches($"(?m)^\\| [a-z, _]*\\b{name}\\b[a-z, _]* \\|", section));
        Assert.All(Enum.GetValues<MeetResult>(), result => Assert.Contains($"`{Encoding.ASCII.GetString(MeetNames.Of(result))}`", section));
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

    private static IEnumerable<(MeetOutcome Outcome, IcmpHeard Heard)> Outcomes()
    {
        var mapped = TransportAddress.Parse("198.51.100.1:40122");
        yield return (new MeetOutcome { Result = MeetResult.NobodyCame, Mapped = mapped }, default);
        yield return (new MeetOutcome { Result = MeetResult.ServerSilent }, default);
        yield return (new MeetOutcome { Result = MeetResult.ServerSilent }, IcmpHeard.PortUnreachable);
        yield return (new MeetOutcome { Result = MeetResult.ServerRefused, Refusal = StunErrorCode.Forbidden }, default);
        yield return (new MeetOutcome { Result = MeetResult.ServerRefused, Refusal = StunErrorCode.InsufficientCapacity }, default);
        yield return (new MeetOutcome { Result = MeetResult.ServerRefused, Refusal = StunErrorCode.BadRequest }, default);
        yield return (new MeetOutcome { Result = MeetResult.PeerRejected, Rejection = HelloRejection.OtherVersion }, default);
        yield return (new MeetOutcome { Result = MeetResult.PeerRejected, Rejection = HelloRejection.BrokenSeal }, default);
        yield return (new MeetOutcome { Result = MeetResult.NoPath, Own = Hard, Peer = Hard, Tried = 2, Rounds = 3 }, default);
        yield return (new MeetOutcome { Result = MeetResult.NoPath, Own = Hard, Peer = Easy, Tried = 2, Rounds = 3 }, default);
        yield return (new MeetOutcome { Result = MeetResult.NoPath, Own = Easy, Peer = Hard, Tried = 2, HasHeard = true }, default);
        yield return (new MeetOutcome { Result = MeetResult.NoPath, Own = new HelloTraits(default, default, HasNoNat: true), Tried = 1 }, default);
    }

    private static Failure Explain(MeetOutcome outcome, IcmpHeard heard)
    {
        PeerOptions options = MeetScript.Options(each => each with { Deadline = TimeSpan.FromSeconds(30) });
        var server = TransportAddress.Parse("203.0.113.1:3478");
        var ledger = new MeetLedger([server]);
        ledger.Note(new MeetEvent { Kind = MeetEventKind.PeerFound, Elapsed = TimeSpan.FromSeconds(2) });
        ledger.Note(new MeetEvent { Kind = MeetEventKind.Ended, Elapsed = TimeSpan.FromSeconds(30) });
        if (heard == IcmpHeard.PortUnreachable) { ledger.NoteRefusal(new Punch.Net.IcmpReport(Punch.Net.IcmpKind.PortUnreachable, server, server.Host, 3, 3)); }

        return MeetFailure.Explain(options, server.ToString(), ledger, outcome)!;
    }

    private static string Event(string line) => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!;
}
