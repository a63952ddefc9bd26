using System.Net.Sockets;
using Punch.Cli.Copy;
using Punch.Cli.HandOver;
using Punch.Cli.Session;
using Punch.Net;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed class SessionHandlerTests : IDisposable
{
    private static readonly TransportAddress Other = Start().Remotes[1];

    private readonly RecordingPresenter _presenter = new();
    private readonly PeerSession _session = Session();
    private readonly SessionHandler _handler;

    public SessionHandlerTests() => _handler = Handler(SessionScript.Options(), Start());

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_session_begins_once_its_first_datagrams_are_sent_and_before_their_events()
    {
        Send(0, Named);
        Assert.Empty(_presenter.Calls);

        _handler.OnStarted();

        Assert.Equal(["begin", "Sent"], _presenter.Calls);
        Assert.False(_session.IsEnded);
    }

    [Fact]
    public void A_path_that_fell_silent_is_broken_until_it_opens_again()
    {
        var ledger = new SessionLedger([Named]);
        ledger.Note(new SessionEvent { Kind = SessionEventKind.Closed, SilentFor = TimeSpan.FromSeconds(9), Elapsed = TimeSpan.FromSeconds(20) });
        Assert.Equal(TimeSpan.FromSeconds(20), ledger.BrokenAt);

        ledger.Note(new SessionEvent { Kind = SessionEventKind.Opened, Remote = Named, Elapsed = TimeSpan.FromSeconds(21) });
        Assert.Null(ledger.BrokenAt);

        // The peer said goodbye.
        ledger.Note(new SessionEvent { Kind = SessionEventKind.Closed, Elapsed = TimeSpan.FromSeconds(22) });
        Assert.Null(ledger.BrokenAt);
    }

    [Fact]
    public void A_meeting_begins_without_any_event()
    {
        Handler(MeetOptions(), MeetStart()).OnStarted();

        Assert.Equal(["begin"], _presenter.Calls);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.AccessDenied)]
    public void When_nothing_at_all_can_be_sent_the_session_ends_and_nothing_begins(SocketError error)
    {
        Refuse(error, Named, Other, Named, Other);
        Send(0, Named, Other, Named, Other);

        _handler.OnStarted();
        _handler.OnEvent(Ended(0));

        Assert.True(_session.IsEnded);
        Assert.Empty(_presenter.Calls);
        Assert.Equal(ExitCode.Local, _handler.Ledger.LocalFailure!.Exit);
    }

    [Fact]
    public void A_meeting_ends_when_no_request_to_any_server_can_be_sent()
    {
        SessionHandler handler = Handler(MeetOptions(), MeetStart());
        foreach (TransportAddress server in MeetStart().Remotes) { handler.OnSendFailed(Local, server, SocketError.NetworkUnreachable); }

        handler.OnStarted();

        Assert.True(_session.IsEnded);
        Assert.Empty(_presenter.Calls);
        Assert.Equal("no_route", handler.Ledger.LocalFailure!.Code);
    }

    [Fact]
    public void One_address_that_can_be_reached_is_enough()
    {
        Refuse(SocketError.NetworkUnreachable, Named, Named);
        Send(0, Named, Other, Named, Other);

        _handler.OnStarted();

        Assert.False(_session.IsEnded);
        Assert.Equal("begin", _presenter.Calls[0]);
    }

    [Fact]
    public void A_message_that_is_refused_after_a_punch_that_was_not_ends_nothing()
    {
        Refuse(SocketError.AccessDenied, Named, Other);
        Send(0, Named, Other, Named, Other);
        _handler.OnStarted();
        Refuse(SocketError.AccessDenied, Named, Other);
        Send(20, Named, Other);

        Assert.False(_session.IsEnded);
        Assert.Equal(["begin", "Sent", "Sent", "Sent", "Sent", "Sent", "Sent"], _presenter.Calls);
    }

    [Theory]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.MessageSize)]
    public void A_failure_that_may_pass_is_waited_for(SocketError error)
    {
        Refuse(error, Named, Other, Named, Other);
        Send(0, Named, Other, Named, Other);

        _handler.OnStarted();

        Assert.Equal("begin", _presenter.Calls[0]);
        Assert.False(_session.IsEnded);
    }

    [Fact]
    public void A_route_that_is_lost_later_ends_nothing()
    {
        Send(0, Named, Other);
        _handler.OnStarted();
        for (int i = 1; i < 100; i++)
        {
            Refuse(SocketError.NetworkUnreachable, Named, Other);
            Send(i * 1_000, Named, Other);
        }

        Assert.False(_session.IsEnded);
        Assert.Null(_handler.Ledger.LocalFailure);
    }

    [Fact]
    public void Waiting_is_commented_where_the_address_of_the_peer_is_known_and_nowhere_else()
    {
        SessionHandler meeting = Handler(MeetOptions(), MeetStart());
        foreach (SessionHandler handler in (SessionHandler[])[_handler, meeting])
        {
            handler.OnStarted();
            handler.OnEvent(Sent(5_000, sequence: 1));
        }

        Assert.Equal(["begin", "Sent", "advise", "begin", "Sent"], _presenter.Calls);
    }

    [Theory]
    [InlineData(0, new[] { "begin", "Opened" })]
    [InlineData(1, new[] { "begin", "Opened", "Sent", "Received" })]
    public void With_data_messages_are_shown_on_request_only_and_data_never(int verbosity, string[] calls)
    {
        SessionHandler handler = Handler(
            SessionScript.Options(options => options with { Purpose = new PathPurpose(PathUse.Data, null), Verbosity = verbosity }), Start());
        handler.OnStarted();

        handler.OnEvent(Path(SessionEventKind.Opened, 20));
        handler.OnEvent(Sent(20, sequence: 1));
        handler.OnEvent(Received(20, DatagramKind.Message, "x", 1));
        handler.OnEvent(Received(20, DatagramKind.Data, "x"));

        Assert.Equal(calls, _presenter.Calls);
    }

    private static PeerSession Session() => new(
        new SessionOptions
        {
            Target = new SessionTarget.NamedHost { Remotes = Start().Remotes },
            Locals = Start().Locals,
            Id = 1,
            Seed = 1,
            WallClock = default,
        },
        Instant.Zero);

    private SessionHandler Handler(PeerOptions options, SessionStart start) =>
        new(_session, start, options, new MonotonicClock(), _presenter, log: null);

    private void Refuse(SocketError error, params TransportAddress[] remotes)
    {
        foreach (TransportAddress remote in remotes) { _handler.OnSendFailed(Local, remote, error); }
    }

    private void Send(double ms, params TransportAddress[] remotes)
    {
        foreach (TransportAddress remote in remotes) { _handler.OnEvent(Sent(ms, sequence: 1) with { Remote = remote }); }
    }

    private sealed class RecordingPresenter : ISessionPresenter
    {
        public List<string> Calls { get; } = [];

        public ICopyPresenter Copy => throw new NotSupportedException();

        public void Begin(SessionStart start) => Calls.Add("begin");

        public void Event(in SessionEvent e, ReadOnlySpan<byte> datagram) => Calls.Add(e.Kind.ToString());

        public void Forward(in Punch.Protocol.Forwarding.ForwardEvent e, TimeSpan at) => Calls.Add(e.Kind.ToString());

        public void Advise(string hint) => Calls.Add("advise");

        public void Report(TrafficReport report) => Calls.Add("report");

        public void Report(StreamReport report) => Calls.Add("stats");

        public void End(SessionEnd end) => Calls.Add("end");
    }
}
