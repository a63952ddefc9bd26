using Punch.Cli.Session;
using Punch.Net;
using Punch.Protocol.Candidates.Tcp;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed class HostFailureTests
{
    private readonly SessionLedger _ledger = new([Named]);

    [Fact]
    public void Silence_is_reported_with_what_was_sent_and_what_to_do()
    {
        Failure failure = Explain();

        Assert.Equal("no two-way path to peer.example within 5 s", failure.Message);
        Assert.Equal(["sent 9 datagrams to 203.0.113.7:6311", "heard nothing from there"], failure.Details);
        Assert.Equal("run punch on the other side at the same time, naming this side's public address and port 6311", failure.Hint);
        Assert.Equal(ExitCode.NoPath, failure.Exit);
    }

    [Fact]
    public void A_system_that_hands_nothing_over_is_told_unless_something_came()
    {
        Assert.True(_ledger.NoteUnreceived(System.Net.Sockets.SocketError.AccessDenied));
        Assert.False(_ledger.NoteUnreceived(System.Net.Sockets.SocketError.AccessDenied));

        Failure failure = _ledger.ReceiveFailure!;
        Assert.Equal((ExitCode.Local, "cannot_receive"), (failure.Exit, failure.Code));
        Assert.Equal("this machine cannot receive: permission denied, 2 times", failure.Message);

        _ledger.Note(Received(1, DatagramKind.Plain, "x"));
        Assert.Null(_ledger.ReceiveFailure);
    }

    [Fact]
    public void Messages_without_proof_are_told_with_their_port()
    {
        _ledger.Note(Received(1, DatagramKind.Message, "x"));
        _ledger.Note(Received(2, DatagramKind.Message, "x"));

        Failure failure = Explain();

        Assert.Equal("heard 2 messages from 203.0.113.7:40122, none with proof that ours arrive there", failure.Details[1]);
        Assert.Contains("must name this side's public address and port 6311", failure.Hint);
    }

    [Fact]
    public void Plain_datagrams_suggest_that_one_way_may_do()
    {
        _ledger.Note(Received(1, DatagramKind.Plain, "x"));

        Failure failure = Explain();

        Assert.Equal("heard 1 plain datagram from 203.0.113.7:40122, which proves the way in alone", failure.Details[1]);
        Assert.Contains("--one-way-ok", failure.Hint);
    }

    [Fact]
    public void A_refusal_by_a_router_on_the_way_does_not_speak_for_the_peer()
    {
        _ledger.NoteRefusal(new IcmpReport(IcmpKind.PortUnreachable, Named, Stranger.Host, 3, 3));

        Failure failure = Explain();

        Assert.Equal("heard nothing from there; 'port unreachable' from 198.51.100.9", failure.Details[1]);
        Assert.Equal("run punch on the other side at the same time, naming this side's public address and port 6311", failure.Hint);
    }

    [Fact]
    public void A_stranger_may_be_the_peer_in_disguise()
    {
        _ledger.Note(Received(1, DatagramKind.Stranger, "x"));

        Failure failure = Explain();

        Assert.Equal("heard nothing from there; 1 datagram from 198.51.100.9:4000 instead", failure.Details[1]);
        Assert.Equal("if 198.51.100.9:4000 is the peer, name it: punch 198.51.100.9 4000", failure.Hint);
    }

    [Fact]
    public void A_refusal_names_its_sender()
    {
        _ledger.NoteRefusal(new IcmpReport(IcmpKind.PortUnreachable, Named, Named.Host, 3, 3));

        Failure failure = Explain();

        Assert.Equal("heard nothing from there; 'port unreachable' from 203.0.113.7", failure.Details[1]);
        Assert.StartsWith("the host is there", failure.Hint);
    }

    [Fact]
    public void Another_version_has_its_own_exit_code()
    {
        _ledger.Note(Received(1, DatagramKind.OtherVersion, "x"));

        Failure failure = Explain(_ledger, ExitCode.OtherVersion);

        Assert.Equal("the peer at 203.0.113.7:40122 speaks another version of punch", failure.Message);
        Assert.Equal((ExitCode.OtherVersion, "other_version"), (failure.Exit, failure.Code));
    }

    [Fact]
    public void A_send_that_this_machine_refused_is_reported()
    {
        _ledger.NoteUnsent(Named, System.Net.Sockets.SocketError.MessageSize);

        Assert.Equal("sent 9 datagrams to 203.0.113.7:6311, of which this machine refused 1", Explain().Details[0]);
    }

    [Fact]
    public void Many_addresses_are_abridged()
    {
        TransportAddress[] remotes = [.. Enumerable.Range(1, 16).Select(i => TransportAddress.Parse($"192.0.2.{i}:6311"))];

        Failure failure = Explain(new SessionLedger(remotes));

        Assert.Equal("sent 9 datagrams to 192.0.2.1:6311, 192.0.2.2:6311, 192.0.2.3:6311 and 13 more", failure.Details[0]);
    }

    [Fact]
    public void Of_many_strangers_three_are_remembered()
    {
        for (int port = 1; port <= AddressSample.MaxAddresses + 1; port++)
        {
            _ledger.Note(Received(1, DatagramKind.Stranger, "x") with { Remote = new TransportAddress(Stranger.Host, (ushort)port) });
        }

        Assert.Equal("198.51.100.9:1, 198.51.100.9:2, 198.51.100.9:3 and others", _ledger.Strangers.ToString());
        Assert.Equal(4, _ledger.Strangers.Count);
    }

    [Theory]
    [InlineData(12, 10, 2, "dialed 203.0.113.7:6311 over TCP 12 times: 10 refused, 2 without a reply", "the host or a router")]
    [InlineData(1, 0, 1, "dialed 203.0.113.7:6311 over TCP once: 1 without a reply", "run punch --tcp on the other side")]
    public void Attempts_over_TCP_are_told_with_what_came_of_them(int dialed, int refused, int unanswered, string detail, string hint)
    {
        var dials = new DialCounts { Dialed = dialed, Refused = refused, Unanswered = unanswered };
        Failure failure = Explain(_ledger, dials: dials);

        Assert.Equal(detail, failure.Details[0]);
        Assert.StartsWith(hint, failure.Hint);
    }

    private Failure Explain() => Explain(_ledger);

    private static Failure Explain(SessionLedger ledger, ExitCode exit = ExitCode.NoPath, DialCounts? dials = null)
    {
        var outcome = new SessionOutcome { Result = SessionResult.NoPath, Dials = dials };
        PeerOptions options = Options(each => each with { Deadline = TimeSpan.FromSeconds(5) });
        return SessionFailure.Explain(options, new SessionReport(Start(), ledger, new SessionStatistics { Sent = 9 }, outcome, exit))!;
    }
}
