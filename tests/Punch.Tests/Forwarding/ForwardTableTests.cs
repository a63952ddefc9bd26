using System.Text;
using Punch.Protocol.Forwarding;
using Punch.Protocol.Streams;
using Punch.Tests.Session;
using Xunit;

namespace Punch.Tests.Forwarding;

/// <summary>Forwards of two sides in virtual time: what happens at one end arrives at the other as what it is.</summary>
public sealed class ForwardTableTests
{
    private static readonly OpenRequest Web = new(OpenKind.Connect, "localhost", 80);
    private static readonly OpenRequest Place = new(OpenKind.Listen, "", 8080);

    private static readonly Func<SessionOptions, SessionOptions> Streams =
        options => options with { Use = PathUse.Streams, Streams = StreamUse.Forward };

    [Fact]
    public void A_connection_carries_bytes_both_ways_and_each_end_for_itself()
    {
        var rig = new Rig();
        FakeEnd client = rig.Listen().Connect();
        client.Send("ask"u8);
        client.End();
        FakeEnd server = rig.RunUntilConnected();
        rig.Run(() => server.HasEnd);
        Assert.Equal("ask", Text(server));
        Assert.False(client.HasEnd);

        server.Send("reply"u8);
        server.End();
        rig.Run(() => client.IsClosed && server.IsClosed);

        Assert.Equal("reply", Text(client));
        Assert.True(client.HasEnd && !client.IsAborted && !server.IsAborted);
        Assert.Equal([ForwardEventKind.Listening, ForwardEventKind.Opened, ForwardEventKind.Closed], rig.A.Events.Select(e => e.Kind));
        Assert.Equal((3L, 5L), (rig.A.Events[^1].Sent, rig.A.Events[^1].Received));
    }

    [Fact]
    public void The_first_byte_is_there_one_way_after_the_client_came()
    {
        var rig = new Rig();
        FakePort port = rig.Listen();
        rig.Run(() => rig.IsOpen);
        rig.Pass(TimeSpan.FromSeconds(2));
        Instant start = rig.Now;
        port.Connect().Send("x"u8);
        FakeEnd server = rig.RunUntilConnected();
        rig.Run(() => server.Output.Count > 0);

        // The round trip is 50 ms, and programs here look every millisecond.
        Assert.InRange((rig.Now - start).TotalMilliseconds, 20, 30);
    }

    [Fact]
    public void A_reset_arrives_as_a_reset_and_ends_nothing_else()
    {
        var rig = new Rig();
        FakePort port = rig.Listen();
        FakeEnd first = port.Connect();
        FakeEnd second = port.Connect();
        rig.Run(() => rig.B.Network.Connected.Count == 2);

        first.Send("some"u8);
        first.End(isReset: true);
        second.Send("all"u8);
        FakeEnd[] servers = [.. rig.B.Network.Connected.Select(each => each.End)];
        rig.Run(() => servers.Any(server => server.IsAborted) && servers.Any(server => Text(server) == "all"));

        Assert.Single(servers, server => server.IsAborted);
        rig.Run(() => rig.A.Table.Open == 1);
    }

    [Theory]
    [InlineData(OpenStatus.Refused)]
    [InlineData(OpenStatus.NotAllowed)]
    [InlineData(OpenStatus.TimedOut)]
    public void A_connection_that_cannot_be_made_is_reset_with_the_reason(OpenStatus status)
    {
        var rig = new Rig(statusAtB: status);
        FakeEnd client = rig.Listen().Connect();
        client.Send("early"u8);
        rig.Run(() => client.IsAborted);

        Assert.Equal(status, rig.A.Events[^1].Status);
        Assert.Equal(ForwardEventKind.Refused, rig.A.Events[^1].Kind);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, rig.A.Table.Open + rig.B.Table.Open);
    }

    [Fact]
    public void A_slow_program_makes_the_other_one_wait()
    {
        var rig = new Rig();
        FakeEnd client = rig.Listen().Connect();
        FakeEnd server = rig.RunUntilConnected();
        server.HasRoom = false;
        byte[] much = new byte[20_000_000];
        client.Send(much);
        client.End();
        rig.Pass(TimeSpan.FromSeconds(10));
        Assert.Empty(server.Output);
        Assert.InRange(client.Peek().Length, much.Length - 17_000_000, much.Length);

        server.HasRoom = true;
        rig.Run(() => server.HasEnd);
        Assert.Equal(much.Length, server.Output.Count);
    }

    [Fact]
    public void A_port_over_there_leads_to_a_place_here_until_the_side_leaves()
    {
        var rig = new Rig(remotes: [new RemoteListen(Place, Web)]);
        rig.Run(() => rig.B.Network.Ports.Count == 1 && rig.A.Events.Count > 0);
        Assert.Equal((ForwardEventKind.Listening, "localhost:80"), (rig.A.Events[0].Kind, rig.A.Events[0].To));

        FakeEnd client = rig.B.Network.Ports[0].Connect();
        client.Send("from there"u8);
        rig.Run(() => rig.A.Network.Connected.Count == 1);
        (OpenRequest request, FakeEnd server) = rig.A.Network.Connected[0];
        rig.Run(() => server.Output.Count == 10);

        Assert.Equal(Web, request);
        Assert.Equal("from there", Text(server));
    }

    [Fact]
    public void Nothing_leads_here_that_this_side_did_not_ask_for()
    {
        var rig = new Rig();
        rig.Run(() => rig.IsOpen);
        FakeEnd end = new();
        var forged = new OpenRequest(OpenKind.Accepted, "192.0.2.1:1", 1);
        rig.Pass(TimeSpan.FromMilliseconds(100));
        Assert.True(rig.B.Table.TryOpen(new NetworkEnd(OpenStatus.Done, end, null, ""), forged, null, rig.Now));
        rig.Run(() => end.IsAborted);

        Assert.Empty(rig.A.Network.Connected);
        Assert.Equal(OpenStatus.NotAllowed, rig.B.Events[^1].Status);
    }

    [Fact]
    public void A_thousand_short_connections_leave_nothing_behind()
    {
        var rig = new Rig(loss: 0.02);
        FakePort port = rig.Listen();
        var clients = new List<FakeEnd>();
        for (int i = 0; i < 1_000; i++)
        {
            FakeEnd client = port.Connect();
            client.Send(Encoding.ASCII.GetBytes($"ask {i}"));
            client.End();
            clients.Add(client);
        }

        int served = 0;
        rig.Run(
            () =>
            {
                for (; served < rig.B.Network.Connected.Count; served++)
                {
                    FakeEnd server = rig.B.Network.Connected[served].End;
                    server.Send("reply"u8);
                    server.End();
                }

                return clients.TrueForAll(client => client.IsClosed);
            });

        Assert.All(clients, client => Assert.Equal("reply", Text(client)));
        Assert.Equal(
            Enumerable.Range(0, 1_000).Select(i => $"ask {i}").Order(),
            rig.B.Network.Connected.Select(each => Text(each.End)).Order());
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, rig.A.Table.Open + rig.B.Table.Open);
    }

    private static string Text(FakeEnd end) => Encoding.ASCII.GetString([.. end.Output]);

    /// <summary>Two sides with forwards. Their programs look every millisecond.</summary>
    private sealed class Rig
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);
        private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

        private readonly MeetPair _pair;
        private readonly OpenStatus _statusAtB;
        private readonly RemoteListen[] _remotes;

        public Rig(OpenStatus statusAtB = OpenStatus.Done, RemoteListen[]? remotes = null, double loss = 0)
        {
            _statusAtB = statusAtB;
            _remotes = remotes ?? [];
            var random = new Random(1);
            _pair = MeetPair.Of(
                "linux",
                "port-restricted",
                new MeetPairOptions
                {
                    Seed = 1,
                    AdjustA = Streams,
                    AdjustB = Streams,
                    LosesDirect = loss > 0 ? () => random.NextDouble() < loss : null,
                });
            A = new Side(() => _pair.Find(_pair.A), OpenStatus.Done, _remotes);
            B = new Side(() => _pair.Find(_pair.B), _statusAtB, []);
            _pair.Simulator.Schedule(_pair.Simulator.Now, Turn);
            Run(() => A.HasTable && B.HasTable);
        }

        public Side A { get; }

        public Side B { get; }

        public Instant Now => _pair.Simulator.Now;

        public bool IsOpen => _pair.AreOpen;

        public FakePort Listen()
        {
            var port = new FakePort();
            A.Table.Add(port, Web);
            return port;
        }

        public FakeEnd RunUntilConnected()
        {
            Run(() => B.Network.Connected.Count > 0);
            return B.Network.Connected[0].End;
        }

        public void Run(Func<bool> isDone)
        {
            _pair.Simulator.RunUntil(isDone, Now + Longest);
            _pair.Claim(isDone(), "it is done in time");
        }

        public void Pass(TimeSpan time)
        {
            Instant end = Now + time;
            _pair.Simulator.RunUntil(() => Now >= end, end + Step);
        }

        private void Turn(Instant now)
        {
            A.Turn(now);
            B.Turn(now);
            _pair.Simulator.Schedule(now + Step, Turn);
        }
    }

    private sealed class Side(Func<PeerSession?> session, OpenStatus status, RemoteListen[] remotes)
    {
        private ForwardTable? _table;

        public FakeNetwork Network { get; } = new() { Decide = (_, isOwn) => isOwn ? OpenStatus.Done : status };

        public ForwardTable Table => _table!;

        public bool HasTable => _table is not null;

        public List<ForwardEvent> Events { get; } = [];

        public void Turn(Instant now)
        {
            if (session() is not { IsEnded: false, Streams: { } host }) { return; }

            _table ??= new ForwardTable(host, Network, remotes, 128);
            _table.Turn(now);
            while (_table.TryEvent(out ForwardEvent e)) { Events.Add(e); }
        }
    }
}
