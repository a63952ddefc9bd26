using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Tcp;
using Xunit;

namespace Punch.Tests.Streams;

/// <summary>The machine that dials, alone.</summary>
public sealed class TcpSourceTests
{
    private static readonly TransportAddress Local = Tcp("0.0.0.0", 6311);
    private static readonly TransportAddress Named = Tcp("192.0.2.1", 6311);
    private static readonly TransportAddress Server = Tcp("198.51.100.1", 3478);
    private static readonly Instant Start = Instant.At(TimeSpan.FromSeconds(5));

    private readonly TcpSource _source = new(remote => remote == Server, seed: 1);

    [Fact]
    public void It_dials_at_once_from_the_local_port()
    {
        _source.Dial([(Local, Named)], Start);

        Assert.Equal([new StreamRequest { Action = StreamAction.Open, Remote = Named, Local = Local }], Requests());
        Assert.Equal(Start + TcpSource.AttemptTime, _source.NextTimeout);
    }

    [Fact]
    public void An_attempt_without_a_reply_is_followed_by_the_next_one_at_once()
    {
        _source.Dial([(Local, Named)], Start);
        Requests();
        _source.Timeout(Start + TcpSource.AttemptTime);

        Assert.Equal([StreamAction.Close, StreamAction.Open], Requests().Select(request => request.Action));
    }

    [Fact]
    public void A_refusal_is_followed_by_a_random_pause()
    {
        _source.Dial([(Local, Named)], Start);
        Requests();
        _source.Note(NetworkNotice.StreamClosed(Named, "connection refused", isRefused: true), Start);

        Assert.Empty(Requests());
        Assert.InRange((_source.NextTimeout!.Value - Start).TotalMilliseconds, 10, 200);
        Assert.Equal((1, 1), (_source.Counts.Dialed, _source.Counts.Refused));
    }

    [Fact]
    public void Streams_of_other_hosts_are_closed_and_those_of_the_server_left_alone()
    {
        _source.Dial([(Local, Named)], Start);
        Requests();
        _source.Note(NetworkNotice.StreamOpened(Local, Tcp("203.0.113.9", 6311)), Start);
        _source.Note(NetworkNotice.StreamOpened(Local, Server), Start);

        Assert.Equal([Tcp("203.0.113.9", 6311)], Requests().Select(request => request.Remote));
        Assert.False(_source.TryTake(out _));
    }

    [Fact]
    public void The_peers_host_may_come_from_a_few_other_ports()
    {
        _source.Dial([(Local, Named)], Start);
        Requests();
        for (int i = 0; i <= TcpSource.MaxAccepted; i++) { _source.Note(NetworkNotice.StreamOpened(Local, Named with { Port = (ushort)(40_000 + i) }), Start); }

        Assert.Equal([Named with { Port = (ushort)(40_000 + TcpSource.MaxAccepted) }], Requests().Select(request => request.Remote));
        Assert.Equal(TcpSource.MaxAccepted, Changes().Count);
    }

    [Fact]
    public void A_healthy_path_ends_all_else_and_a_lost_one_begins_it_again()
    {
        TransportAddress other = Tcp("2001:db8::1", 6311);
        _source.Dial([(Local, Named), (Tcp("::", 6311), other)], Start);
        Requests();
        _source.Note(NetworkNotice.StreamOpened(Local, Named), Start);
        _source.Follow(Named, isHealthy: true, Start);

        Assert.Equal([(StreamAction.Close, other)], Requests().Select(request => (request.Action, request.Remote)));
        Assert.Null(_source.NextTimeout);

        _source.Follow(null, isHealthy: false, Start);
        Assert.Equal([(StreamAction.Close, Named)], Requests().Select(request => (request.Action, request.Remote)));
        Assert.NotNull(_source.NextTimeout);
    }

    [Fact]
    public void After_its_end_it_asks_for_nothing()
    {
        _source.Dial([(Local, Named)], Start);
        _source.Stop(Start);
        _source.Note(NetworkNotice.StreamOpened(Local, Named), Start);
        _source.Follow(null, isHealthy: false, Start);

        Assert.Empty(Requests());
        Assert.Null(_source.NextTimeout);
    }

    private static TransportAddress Tcp(string host, ushort port) => new(HostAddress.Parse(host), port, Transport.Tcp);

    private List<StreamRequest> Requests()
    {
        var requests = new List<StreamRequest>();
        while (_source.TryStream(out StreamRequest request)) { requests.Add(request); }

        return requests;
    }

    private List<CandidateChange> Changes()
    {
        var changes = new List<CandidateChange>();
        while (_source.TryTake(out CandidateChange change)) { changes.Add(change); }

        return changes;
    }
}
