using System.Net.Sockets;
using Punch.Cli.Reach;
using Punch.Protocol;
using Punch.Protocol.Peer;
using Xunit;
using static Punch.Tests.Cli.SessionScript;

namespace Punch.Tests.Cli;

public sealed class PeerHandlerTests
{
    private static readonly TransportAddress Other = Start().Remotes[1];

    private readonly RecordingPresenter _presenter = new();
    private readonly PeerHandler _handler;

    public PeerHandlerTests()
    {
        var options = new PeerSessionOptions { Remotes = Start().Remotes, Locals = Start().Locals, Id = 1, Seed = 1, WallClock = default };
        _handler = new PeerHandler(new PeerSession(options, Instant.Zero), Start(), SessionScript.Options(), _presenter, log: null);
    }

    [Fact]
    public void A_session_begins_before_its_first_event_is_told()
    {
        _handler.OnEvent(Sent(0, DatagramKind.Punch), default);

        Assert.Equal(["begin", "Sent"], _presenter.Calls);
        Assert.False(_handler.IsPointless);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.AccessDenied)]
    public void When_nothing_at_all_can_be_sent_nothing_begins(SocketError error)
    {
        Refuse(error, Named, Other, Named, Other);
        Send(0, Named, Other, Named, Other);
        Assert.False(_handler.IsPointless);

        Refuse(error, Named, Other);
        Send(20, Named, Other);

        Assert.True(_handler.IsPointless);
        Assert.Empty(_presenter.Calls);
        Assert.Equal(ExitCode.Local, LocalRefusal.Of(_handler.Ledger)!.Exit);
    }

    [Fact]
    public void One_address_that_can_be_reached_is_enough()
    {
        Refuse(SocketError.NetworkUnreachable, Named, Named);
        Send(0, Named, Other, Named, Other);

        Assert.False(_handler.IsPointless);
        Assert.Equal("begin", _presenter.Calls[0]);
    }

    [Fact]
    public void A_message_that_is_refused_after_a_punch_that_was_not_ends_nothing()
    {
        Refuse(SocketError.AccessDenied, Named, Other);
        Send(0, Named, Other, Named, Other);
        Refuse(SocketError.AccessDenied, Named, Other);
        Send(20, Named, Other);

        Assert.False(_handler.IsPointless);
        Assert.Equal(["begin", "Sent", "Sent", "Sent", "Sent", "Sent", "Sent"], _presenter.Calls);
    }

    [Theory]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.MessageSize)]
    public void What_may_pass_is_waited_for(SocketError error)
    {
        Refuse(error, Named, Other, Named, Other);
        Send(0, Named, Other, Named, Other);

        Assert.Equal("begin", _presenter.Calls[0]);
        Assert.False(_handler.IsPointless);
    }

    [Fact]
    public void A_session_that_ends_in_its_first_moment_is_judged_then()
    {
        Refuse(SocketError.NetworkUnreachable, Named, Other);
        Send(0, Named, Other);

        _handler.OnEvent(Ended(0), default);

        Assert.True(_handler.IsPointless);
        Assert.Empty(_presenter.Calls);
    }

    [Fact]
    public void A_route_that_is_lost_later_ends_nothing()
    {
        Send(0, Named, Other);
        for (int i = 1; i < 100; i++)
        {
            Refuse(SocketError.NetworkUnreachable, Named, Other);
            Send(i * 1_000, Named, Other);
        }

        Assert.False(_handler.IsPointless);
    }

    private void Refuse(SocketError error, params TransportAddress[] remotes)
    {
        foreach (TransportAddress remote in remotes) { _handler.OnSendFailed(Local, remote, error); }
    }

    private void Send(double ms, params TransportAddress[] remotes)
    {
        foreach (TransportAddress remote in remotes) { _handler.OnEvent(Sent(ms, sequence: 1) with { Remote = remote }, default); }
    }

    private sealed class RecordingPresenter : IPresenter
    {
        public List<string> Calls { get; } = [];

        public void Begin(SessionStart start) => Calls.Add("begin");

        public void Event(in PeerEvent e, ReadOnlySpan<byte> datagram) => Calls.Add(e.Kind.ToString());

        public void Advise(string hint) => Calls.Add("advise");

        public void End(SessionEnd end) => Calls.Add("end");
    }
}
