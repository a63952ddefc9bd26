using Punch.Cli.Parsing;
using Punch.Cli.Session;
using Punch.Net;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>The advice after a meeting without a path follows from what was known, tried and seen.</summary>
public sealed class MeetingAdviceTests
{
    private static readonly HelloTraits Hard = new(Dependence.Dependent, default, HasNoNat: false);
    private static readonly HelloTraits Easy = new(Dependence.EndpointIndependent, default, HasNoNat: false);
    private static readonly HelloTraits Open = new(default, default, HasNoNat: true);
    private static readonly TransportAddress Here = TransportAddress.Parse("198.51.100.1:40122");
    private static readonly TransportAddress There = TransportAddress.Parse("198.51.100.2:40122");
    private static readonly TransportAddress Inside = TransportAddress.Parse("172.17.0.2:40122");
    private static readonly TransportAddress V6 = TransportAddress.Parse("[2001:db8::7]:40122");

    private static readonly SessionOutcome Base = new()
    {
        Result = SessionResult.NoPath,
        Own = Easy,
        Peer = Easy,
        Mapped = Here,
        PeerMapped = There,
        Tried = 2,
    };

    private static IEnumerable<(SessionOutcome Outcome, MeetingCause Cause)> Table =>
    [
        (Base, MeetingCause.Unknown),
        (Base with { Mapped = Inside }, MeetingCause.ServerBehindRewriter),
        (Base with { PeerMapped = Inside }, MeetingCause.ServerBehindRewriter),
        (Base with { Tried = 0, PeerMapped = null, Untried = [V6] }, MeetingCause.NoCommonFamily),
        (Base with { Tried = 0, PeerMapped = null }, MeetingCause.NoAddress),
        (Base with { Untried = [Inside] }, MeetingCause.Unknown),
        (Base with { Untried = [Inside], Own = Hard, Peer = Hard }, MeetingCause.BothDependent),
        (Base with { PeerMapped = Here with { Port = 7 }, Untried = [Inside] }, MeetingCause.NotTried),
        (Base with { Tried = 0, Untried = [V6, Inside] }, MeetingCause.NotTried),
        (Base with { HasHeard = true }, MeetingCause.OneDirection),
        (Base with { Own = Hard, Peer = Hard }, MeetingCause.BothDependent),
        (Base with { Own = Hard }, MeetingCause.OwnDependent),
        (Base with { Peer = Hard, HasHeard = true }, MeetingCause.PeerDependent),
        (Base with { Own = Open, Peer = Open }, MeetingCause.Filtered),
        (Base with { PeerMapped = Here with { Port = 7 } }, MeetingCause.SameRouter),
    ];

    [Fact]
    public void Each_finding_has_its_cause()
    {
        foreach ((SessionOutcome outcome, MeetingCause cause) in Table) { Assert.Equal(cause, MeetingAdvice.CauseOf(Report(outcome))); }

        Assert.Equal(MeetingCause.Prohibited, MeetingAdvice.CauseOf(Prohibited()));
    }

    [Fact]
    public void A_TURN_server_that_refuses_is_the_failure_where_nothing_else_may_relay()
    {
        var turn = TurnChoice.Read("turn:me@turn.example", null, null, "secret");
        var target = new PeerTarget.Meeting(null, RemoteTarget.Parse("punch.example"), "punch.example") { Turn = turn, Relay = RelayPermission.Only };
        SessionOutcome refused = Base with { TurnRefusal = StunErrorCode.Unauthenticated };

        Failure only = MeetingFailure.Explain(target, null, Report(refused))!;
        Failure withRelay = MeetingFailure.Explain(target, null, Report(refused with { HasRelay = true }))!;
        Failure besides = MeetingFailure.Explain(target with { Relay = RelayPermission.Fallback }, null, Report(refused))!;

        Assert.Equal((ExitCode.Server, "turn_refused"), (only.Exit, only.Code));
        Assert.Equal("the TURN server turn:turn.example refuses: wrong user name or password (error 401)", only.Message);
        Assert.Equal((ExitCode.RelayedOnly, ExitCode.NoPath), (withRelay.Exit, besides.Exit));
    }

    [Theory]
    [InlineData("secret", "a 'punch serve' of before knows no password: update it, or leave out")]
    [InlineData(null, "is it a 'punch serve' of this version?")]
    public void A_server_of_before_that_does_not_know_passwords_is_one_clear_line(string? password, string hint)
    {
        var target = new PeerTarget.Meeting(null, RemoteTarget.Parse("punch.example"), "punch.example") { Password = new PasswordPlace(null, password) };
        SessionOutcome refused = Base with { Result = SessionResult.ServerRefused, Refusal = StunErrorCode.UnknownAttribute };

        Failure failure = MeetingFailure.Explain(target, null, Report(refused))!;

        Assert.Equal((ExitCode.Server, "server_refused"), (failure.Exit, failure.Code));
        Assert.Equal("192.0.2.1:3478 refuses: it does not know all that this version asks for (error 420)", failure.Message);
        Assert.StartsWith(hint, failure.Hint);
    }

    [Fact]
    public void Distinct_causes_have_distinct_hints_that_name_what_was_seen()
    {
        var target = new PeerTarget.Meeting(null, RemoteTarget.Parse("punch.example"), "punch.example");
        Dictionary<MeetingCause, string> hints = [];
        foreach (SessionReport report in Table.Select(each => Report(each.Outcome)).Append(Prohibited()))
        {
            MeetingCause cause = MeetingAdvice.CauseOf(report);
            hints[cause] = MeetingAdvice.HintOf(cause, target, report);
        }

        Assert.Equal(Enum.GetValues<MeetingCause>().Order(), hints.Keys.Order());
        Assert.Equal(hints.Count, hints.Values.Distinct().Count());
        Assert.Contains("172.17.0.2", hints[MeetingCause.ServerBehindRewriter], StringComparison.Ordinal);
        Assert.Contains("172.17.0.2", hints[MeetingCause.NotTried], StringComparison.Ordinal);
        Assert.Contains("IPv6", hints[MeetingCause.NoCommonFamily], StringComparison.Ordinal);
        Assert.Contains("198.51.100.1", hints[MeetingCause.SameRouter], StringComparison.Ordinal);
        Assert.Contains("203.0.113.99", hints[MeetingCause.Prohibited], StringComparison.Ordinal);
    }

    private static SessionReport Prohibited()
    {
        SessionReport report = Report(Base);
        report.Ledger.NoteRefusal(new IcmpReport(IcmpKind.Prohibited, There, HostAddress.Parse("203.0.113.99"), 3, 13));
        return report;
    }

    private static SessionReport Report(SessionOutcome outcome)
    {
        var server = TransportAddress.Parse("192.0.2.1:3478");
        var start = new SessionStart
        {
            Host = "punch.example",
            Remotes = [server],
            Locals = [TransportAddress.Parse("0.0.0.0:40122")],
            Id = 1,
            Time = default,
        };
        return new SessionReport(start, new SessionLedger([server]), new SessionStatistics(), outcome, ExitCode.NoPath);
    }
}
