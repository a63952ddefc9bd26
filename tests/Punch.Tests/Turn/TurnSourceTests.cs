using Punch.Protocol.Candidates;
using Punch.Protocol.Candidates.Turn;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Turn;

/// <summary>The client of a TURN server in virtual time, with a server that plays by RFC 8656.</summary>
public sealed class TurnSourceTests : IDisposable
{
    private static readonly byte[] Frame = [0x90, 1, 2, 3, 4];
    private static readonly TransportAddress Tcp = TurnRig.Server with { Transport = Transport.Tcp };

    private readonly List<TurnRig> _rigs = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_round_trips_give_an_address_that_the_peer_reaches(bool isSha256)
    {
        TurnRig rig = Rig(new TurnServerModel(TurnRig.Server) { IsSha256 = isSha256 }).Begin().Run(TurnRig.Delay * 4);

        Assert.Equal(TransportAddress.Parse("203.0.113.5:50000"), rig.Relayed);
        Assert.Equal(CandidateKind.Relayed, rig.Changes[^1].Candidate.Kind);
        Assert.Equal(CandidateSide.Local, rig.Changes[^1].Side);
        Assert.Equal([SessionEventKind.TurnReady], rig.Events.Select(e => e.Kind));
        Assert.Equal(2, rig.Sent.Count);
    }

    [Fact]
    public void A_server_that_asks_for_nothing_needs_one_round_trip()
    {
        TurnRig rig = Rig(new TurnServerModel(TurnRig.Server) { IsOpenToAll = true }).Begin().Run(TurnRig.Delay * 2);

        Assert.NotNull(rig.Relayed);
    }

    [Fact]
    public void Data_goes_both_ways_first_in_indications_then_by_a_channel()
    {
        TurnRig rig = Ready();
        rig.Send(Frame);
        rig.Seconds(0.1);
        rig.SendBack(Frame);
        rig.Seconds(0.1);
        Assert.Equal((1, 0), (rig.Model.Indications, rig.Model.ChannelMessages));

        rig.Send(Frame);
        rig.Seconds(0.1);
        rig.Send(Frame);
        rig.Seconds(0.1);
        rig.SendBack(Frame);
        rig.Seconds(0.1);

        Assert.Equal((2, 1), (rig.Model.Indications, rig.Model.ChannelMessages));
        Assert.Equal([Frame, Frame, Frame], rig.AtPeer);
        Assert.All(rig.AtClient, arrived => Assert.Equal((TurnRig.Peer with { Transport = Transport.Turned }, 5), (arrived.From, arrived.Bytes.Length)));
        Assert.Equal(2, rig.AtClient.Count);
        Assert.Equal(1, rig.Model.Count(StunMethod.ChannelBind));
    }

    [Fact]
    public void Only_permitted_hosts_are_sent_to_and_heard()
    {
        TurnRig rig = Ready();
        TransportAddress stranger = TransportAddress.Parse("192.0.2.66:1");

        Assert.False(rig.Send(Frame, stranger));
        rig.Deliver(new StunBytes(TurnBytes.DataIndication).WithAddress(TurnBytes.Peer, "192.0.2.66", 1, isXored: true).With(TurnBytes.Data, Frame).ToArray());
        rig.Seconds(1);

        Assert.Empty(rig.AtClient);
        Assert.Empty(rig.AtPeer);
        Assert.Equal(1, rig.Model.Count(StunMethod.CreatePermission));
    }

    [Fact]
    public void A_lease_of_each_kind_is_renewed_in_time_for_an_hour()
    {
        TurnRig rig = Ready();
        for (int i = 0; i < 3_600; i++)
        {
            Assert.True(rig.Send(Frame));
            rig.SendBack(Frame);
            rig.Seconds(1);
        }

        Assert.InRange(rig.AtPeer.Count, 3_599, 3_600);
        Assert.InRange(rig.AtClient.Count, 3_599, 3_600);
        Assert.Equal(1, rig.Model.Count(StunMethod.Allocate));
        Assert.InRange(rig.Model.Count(StunMethod.Refresh), 6, 7);
        Assert.InRange(rig.Model.Count(StunMethod.CreatePermission), 15, 16);
        Assert.InRange(rig.Model.Count(StunMethod.ChannelBind), 6, 7);
    }

    [Fact]
    public void A_way_that_nobody_uses_is_kept_open_and_one_in_use_needs_nothing()
    {
        TurnRig rig = Ready().Seconds(120);
        Assert.InRange(rig.Model.Keepalives, 5, 6);

        int before = rig.Model.Keepalives;
        for (int i = 0; i < 12; i++)
        {
            rig.Send(Frame);
            rig.Seconds(10);
        }

        Assert.InRange(rig.Model.Keepalives, before, before + 1);
    }

    [Fact]
    public void A_stale_nonce_is_replaced_and_nothing_is_lost()
    {
        TurnRig rig = Ready();
        rig.Model.Nonce = "nonce-2";
        rig.Seconds(600);

        Assert.Equal(1, rig.Model.Count(StunMethod.Allocate));
        Assert.InRange(rig.Model.Log.Count(entry => entry.Code == 438), 1, 2);
        Assert.True(rig.Model.Count(StunMethod.Refresh) >= 1);
        Assert.Single(rig.Events);
    }

    [Fact]
    public void A_wrong_password_is_one_failure_and_no_guessing()
    {
        TurnRig rig = Rig(password: "wrong").Begin().Seconds(600);

        SessionEvent e = Assert.Single(rig.Events);
        Assert.Equal((SessionEventKind.TurnFailed, StunErrorCode.Unauthenticated), (e.Kind, e.Code));
        Assert.Equal(2, rig.Sent.Count);
        Assert.Null(rig.Source.NextTimeout);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(400)]
    [InlineData(420)]
    [InlineData(442)]
    [InlineData(300)]
    public void A_refusal_for_good_is_one_failure(int code)
    {
        TurnRig rig = Rig();
        rig.Model.Refuse(StunMethod.Allocate, code);
        rig.Begin().Seconds(600);

        Assert.Equal([(SessionEventKind.TurnFailed, (StunErrorCode)code)], rig.Events.Select(e => (e.Kind, e.Code)));
        Assert.Equal(2, rig.Sent.Count);
    }

    [Theory]
    [InlineData(486)]
    [InlineData(508)]
    [InlineData(500)]
    public void A_full_server_is_asked_again_after_a_while(int code)
    {
        TurnRig rig = Rig();
        rig.Model.Refuse(StunMethod.Allocate, code, times: 3);
        rig.Begin().Seconds(60);

        Assert.Equal(
            [(SessionEventKind.TurnFailed, (StunErrorCode)code), (SessionEventKind.TurnReady, default)], rig.Events.Select(e => (e.Kind, e.Code)));
        Assert.NotNull(rig.Relayed);
    }

    [Fact]
    public void An_allocation_of_an_earlier_process_on_this_port_is_given_up()
    {
        TurnRig first = Rig().Begin().Seconds(1);
        TurnRig second = Rig(first.Model).Begin().Seconds(1);

        Assert.NotNull(second.Relayed);
        Assert.NotEqual(first.Relayed, second.Relayed);
        Assert.Equal(TurnRig.Local, second.Sent[^1].Transmit.From);
        Assert.Equal(1, first.Model.AllocationCount);
    }

    [Theory]
    [InlineData(437)]
    [InlineData(441)]
    public void A_port_that_belongs_to_another_user_is_left_for_a_fresh_one(int code)
    {
        TurnRig rig = Rig();
        rig.Model.Refuse(StunMethod.Allocate, code);
        rig.Model.Refuse(StunMethod.Refresh, 441);
        rig.Begin().Seconds(1);

        Assert.NotNull(rig.Relayed);
        TransportAddress fresh = rig.Sent[^1].Transmit.From;
        Assert.NotEqual(TurnRig.Local, fresh);
        Assert.True(rig.Source.Uses(fresh));
        Assert.False(rig.Source.Uses(TurnRig.Local));
    }

    [Fact]
    public void Ports_are_not_changed_for_ever()
    {
        TurnRig rig = Rig();
        rig.Model.Refuse(StunMethod.Allocate, 437, times: 100);
        rig.Begin().Seconds(600);

        Assert.Equal([StunErrorCode.AllocationMismatch], rig.Events.Select(e => e.Code));
        Assert.InRange(rig.Sent.Count, 5, 8);
    }

    [Fact]
    public void A_server_with_both_families_lends_an_address_of_each_and_relays_to_peers_of_both()
    {
        TransportAddress peer = TransportAddress.Parse("[2001:db8::77]:40077");
        TurnRig rig = Rig(new TurnServerModel(TurnRig.Server) { V6 = HostAddress.Parse("2001:db8:5::5") }).Begin().Seconds(1);

        Assert.Equal(
            [TransportAddress.Parse("203.0.113.5:50000"), TransportAddress.Parse("[2001:db8:5::5]:50001")],
            rig.Changes.Select(change => change.Candidate.Address));
        Assert.Equal([SessionEventKind.TurnReady, SessionEventKind.TurnReady], rig.Events.Select(e => e.Kind));
        Assert.Equal((true, true), (rig.Source.Reaches(peer.Host), rig.Source.Reaches(TurnRig.Peer.Host)));
        Assert.Equal(1, rig.Model.AllocationCount);
        rig.Source.Permit([peer.Host, TurnRig.Peer.Host], rig.Now);
        rig.Drain();
        rig.Seconds(0.1);
        foreach (TransportAddress each in (TransportAddress[])[peer, TurnRig.Peer])
        {
            // By an indication until the peer has answered and a channel is bound for it.
            foreach (double pause in (double[])[0.1, 0.2, 0.3])
            {
                Assert.True(rig.Send(Frame, each));
                rig.Seconds(pause);
                Assert.Equal(Frame, rig.AtPeer[^1]);
                rig.SendBack(Frame, each);
                rig.Seconds(pause);
                Assert.Equal(each with { Transport = Transport.Turned }, rig.AtClient[^1].From);
            }
        }

        Assert.Equal((4, 2), (rig.Model.Indications, rig.Model.ChannelMessages));
        rig.Seconds(1200);
        Assert.Equal(1, rig.Model.Count(StunMethod.Allocate));
    }

    [Fact]
    public void A_server_with_one_family_reaches_peers_of_that_alone()
    {
        TurnRig rig = Rig().Begin().Seconds(1);

        Assert.Equal((false, true), (rig.Source.Reaches(HostAddress.Parse("2001:db8::77")), rig.Source.Reaches(TurnRig.Peer.Host)));
    }

    [Fact]
    public void A_server_without_IPv4_gives_an_IPv6_address()
    {
        TurnRig rig = Rig();
        rig.Model.Refuse(StunMethod.Allocate, 440);
        rig.Begin().Seconds(1);

        Assert.Equal([(ushort)0x0017, (ushort)0], rig.Sent.TakeLast(2).Select(sent => Family(sent.Bytes)).Order().Reverse());
    }

    [Fact]
    public void A_server_may_send_on_to_another_one_twice()
    {
        TransportAddress second = TransportAddress.Parse("203.0.113.6:3479");
        TurnRig rig = Rig();
        rig.Servers[second] = new TurnServerModel(second) { Nonce = "other" };
        rig.Model.Alternate = second;
        rig.Model.Refuse(StunMethod.Allocate, 300);
        rig.Begin().Seconds(1);

        Assert.Equal(second, rig.Source.Server);
        Assert.Equal(second.Host, rig.Relayed?.Host);
    }

    [Theory]
    [InlineData("127.0.0.1:3478")]
    [InlineData("10.0.0.1:3478")]
    [InlineData("169.254.169.254:80")]
    [InlineData("224.0.0.1:3478")]
    public void No_server_sends_this_machine_into_a_private_network(string alternate)
    {
        TurnRig rig = Rig();
        rig.Model.Alternate = TransportAddress.Parse(alternate);
        rig.Model.Refuse(StunMethod.Allocate, 300);
        rig.Begin().Seconds(60);

        Assert.All(rig.Sent, sent => Assert.Equal(TurnRig.Server, sent.Transmit.To));
        Assert.Equal(StunErrorCode.TryAlternate, Assert.Single(rig.Events).Code);
    }

    [Fact]
    public void Servers_that_send_in_a_circle_are_left()
    {
        TurnRig rig = Rig();
        rig.Model.Alternate = TurnRig.Server;
        rig.Model.Refuse(StunMethod.Allocate, 300, times: 100);
        rig.Begin().Seconds(60);

        Assert.Equal([StunErrorCode.TryAlternate], rig.Events.Select(e => e.Code));
        Assert.InRange(rig.Sent.Count, 3, 8);
    }

    [Fact]
    public void Lost_packets_cost_time_and_nothing_else()
    {
        int count = 0;
        TurnRig rig = Rig();
        rig.Loses = _ => ++count % 3 != 0;
        rig.Source.Permit([TurnRig.Peer.Host], Instant.Zero);
        rig.Begin().Seconds(10);

        Assert.NotNull(rig.Relayed);
        Assert.Equal(1, rig.Model.Count(StunMethod.CreatePermission));
        Assert.Single(rig.Events);
    }

    [Fact]
    public void A_silent_server_is_one_failure_and_is_asked_on()
    {
        TurnRig rig = Rig();
        rig.Loses = _ => true;
        rig.Begin().Seconds(120);

        SessionEvent e = Assert.Single(rig.Events);
        Assert.Equal((SessionEventKind.TurnFailed, default(StunErrorCode)), (e.Kind, e.Code));
        Assert.InRange(rig.Sent.Count, 12, 40);

        rig.Loses = _ => false;
        rig.Seconds(61);
        Assert.NotNull(rig.Relayed);
    }

    [Fact]
    public void The_next_address_is_asked_when_the_first_is_silent()
    {
        TransportAddress silent = TransportAddress.Parse("203.0.113.4:3478");
        TurnRig rig = Rig(servers: [silent, TurnRig.Server]).Begin().Seconds(1);
        Assert.Null(rig.Relayed);

        rig.Seconds(1);

        Assert.NotNull(rig.Relayed);
        Assert.Equal([SessionEventKind.TurnReady], rig.Events.Select(e => e.Kind));
    }

    [Fact]
    public void A_server_that_was_restarted_is_found_out_and_asked_again()
    {
        TurnRig rig = Ready();
        rig.Model.Restart();

        rig.Source.Check(rig.Now);
        rig.Drain();
        rig.Seconds(5);

        Assert.Equal(TransportAddress.Parse("203.0.113.5:50001"), rig.Relayed);
        Assert.Equal([CandidateChangeKind.Added, CandidateChangeKind.Removed, CandidateChangeKind.Added], rig.Changes.Select(change => change.Kind));
        rig.Send(Frame);
        rig.Seconds(1);
        Assert.Single(rig.AtPeer);
    }

    [Fact]
    public void A_host_that_the_server_forbids_is_one_event()
    {
        TurnRig rig = Rig().Begin().Seconds(1);
        rig.Model.Refuse(StunMethod.CreatePermission, 403, times: 2);
        rig.Source.Permit([TurnRig.Peer.Host], rig.Now);
        rig.Drain();
        rig.Seconds(30);

        Assert.Equal(SessionEventKind.TurnForbidden, rig.Events[^1].Kind);
        Assert.Equal(TurnRig.Peer.Host, rig.Events[^1].Mapped.Host);
        Assert.Equal(2, rig.Events.Count);
    }

    [Fact]
    public void Leaving_gives_the_address_up()
    {
        TurnRig rig = Ready();
        Assert.Equal(1, rig.Model.AllocationCount);

        rig.Source.Leave();
        rig.Drain();
        Assert.Null(rig.Source.NextTimeout);
        rig.Seconds(1);

        Assert.True(rig.Source.IsEnded);
        Assert.Equal(0, rig.Model.AllocationCount);
    }

    [Fact]
    public void Over_a_stream_nothing_is_repeated_and_the_rest_is_the_same()
    {
        TurnRig rig = Rig(servers: [Tcp]);
        rig.Servers[Tcp] = rig.Model;
        rig.Source.Permit([TurnRig.Peer.Host], Instant.Zero);
        rig.Begin().Seconds(1);

        Assert.NotNull(rig.Relayed);
        Assert.Equal([StreamAction.Open], rig.StreamRequests.Select(request => request.Action));
        Assert.True(rig.Send(Frame));
        rig.Seconds(1);
        rig.SendBack(Frame);
        rig.Seconds(1);
        Assert.Single(rig.AtPeer);
        Assert.Single(rig.AtClient);
        Assert.Equal(4, rig.Sent.Count);
    }

    [Fact]
    public void A_stream_that_ends_is_opened_again()
    {
        TurnRig rig = Rig(servers: [Tcp]);
        rig.Servers[Tcp] = rig.Model;
        rig.Begin().Seconds(1);
        rig.Model.Restart();

        rig.Note(NetworkNotice.StreamClosed(Tcp, "the connection was reset"));
        Assert.Null(rig.Relayed);
        rig.Seconds(5);

        Assert.NotNull(rig.Relayed);
        Assert.Equal([StreamAction.Open, StreamAction.Open], rig.StreamRequests.Select(request => request.Action));
        Assert.Equal("the connection was reset", rig.Events.Single(e => e.Kind == SessionEventKind.TurnFailed).Reason);
    }

    [Fact]
    public void A_stream_that_was_closed_here_and_does_not_open_again_is_tried_on_without_delay()
    {
        TurnRig rig = Rig(servers: [Tcp]);
        rig.Servers[Tcp] = rig.Model;
        rig.Model.Refuse(StunMethod.Allocate, 486);
        bool isRefused = false;
        rig.Stream = _ => isRefused ? "connection refused" : null;
        rig.Begin().Seconds(1);
        Assert.Equal([StreamAction.Open, StreamAction.Close], rig.StreamRequests.Select(request => request.Action));
        isRefused = true;

        rig.Seconds(10);

        Assert.Equal(2, rig.StreamRequests.Count(request => request.Action == StreamAction.Open) - 1);
        Assert.Equal("connection refused", rig.Events[^1].Reason);
    }

    [Fact]
    public void A_stream_that_does_not_open_is_a_failure_with_its_reason()
    {
        TurnRig rig = Rig(servers: [Tcp]);
        rig.Stream = _ => "connection refused";
        rig.Begin().Seconds(60);

        SessionEvent e = Assert.Single(rig.Events);
        Assert.Equal((SessionEventKind.TurnFailed, "connection refused"), (e.Kind, e.Reason));
        Assert.InRange(rig.StreamRequests.Count, 3, 8);
    }

    [Fact]
    public void UDP_that_is_blocked_gives_way_to_TCP()
    {
        TurnRig rig = Rig(servers: [TurnRig.Server, Tcp]);
        rig.Servers[Tcp] = rig.Model;
        rig.Servers.Remove(TurnRig.Server);
        rig.Begin().Seconds(2);

        Assert.NotNull(rig.Relayed);
        Assert.Equal(Tcp, rig.Source.Server);
    }

    [Fact]
    public void Tables_are_bounded()
    {
        TurnRig rig = Rig().Begin().Seconds(1);
        HostAddress[] hosts = [.. Enumerable.Range(1, TurnPeers.MaxPermissions + 1).Select(i => HostAddress.Parse($"192.0.2.{i}"))];
        rig.Source.Permit(hosts, rig.Now);
        rig.Drain();
        rig.Seconds(1);
        Assert.Equal(TurnPeers.MaxPermissions, rig.Model.Count(StunMethod.CreatePermission));

        for (int port = 1; port <= TurnPeers.MaxChannels + 1; port++)
        {
            var peer = new TransportAddress(hosts[0], (ushort)port);
            rig.SendBack(Frame, peer);
            rig.Seconds(0.1);
            rig.Send(Frame, peer);
            rig.Seconds(0.1);
        }

        Assert.Equal(TurnPeers.MaxChannels + 1, rig.Model.Count(StunMethod.ChannelBind));
        rig.SendBack(Frame, new TransportAddress(hosts[0], 1));
        int before = rig.AtClient.Count;
        rig.Seconds(1);
        Assert.Equal(before, rig.AtClient.Count);
    }

    [Fact]
    public void Hostile_bytes_neither_throw_nor_change_anything()
    {
        TurnRig rig = Ready();
        int sent = rig.Sent.Count;
        int events = rig.Events.Count;
        byte[] grant = new StunBytes(0x0104).With(TurnBytes.Lifetime, 0, 0, 0, 0).ToArray();
        var random = new SplitMix64(5);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = random.NextInt(2) == 0 ? [.. grant] : new byte[random.NextInt(80)];
            int changes = random.NextInt(8);
            for (int j = 0; j < changes && bytes.Length > 0; j++) { bytes[random.NextInt(bytes.Length)] = (byte)random.NextInt(256); }

            rig.Deliver(bytes);
        }

        Assert.Equal((sent, events), (rig.Sent.Count, rig.Events.Count));
        Assert.True(rig.Source.IsReady);
    }

    [Fact]
    public void A_forged_grant_without_the_password_is_no_grant()
    {
        TurnRig rig = Rig();
        rig.Loses = bytes => rig.Sent.Count > 1;
        rig.Begin().Seconds(0.1);
        StunMessage.Parse(rig.Sent[^1].Bytes, out StunMessage request);

        rig.Deliver(new StunBytes(0x0103).WithId(request.TransactionId).With(TurnBytes.Relayed, 0, 1, 1, 1, 1, 1, 1, 1).ToArray());
        rig.Deliver(new StunBytes(0x0103).WithId(request.TransactionId).With(TurnBytes.Relayed, 0, 1, 1, 1, 1, 1, 1, 1)
            .WithIntegrity(TurnBytes.Key("user", "other")).ToArray());

        Assert.False(rig.Source.IsReady);
    }

    public void Dispose() => _rigs.ForEach(rig => rig.Dispose());

    private TurnRig Rig(TurnServerModel? model = null, string password = "pass", IReadOnlyList<TransportAddress>? servers = null)
    {
        var rig = new TurnRig(model, password, servers, (ulong)_rigs.Count);
        _rigs.Add(rig);
        return rig;
    }

    private TurnRig Ready()
    {
        TurnRig rig = Rig();
        rig.Source.Permit([TurnRig.Peer.Host], Instant.Zero);
        return rig.Begin().Seconds(1);
    }

    private static ushort Family(byte[] bytes)
    {
        StunMessage.Parse(bytes, out StunMessage message);
        return message.Has(StunAttributeType.RequestedAddressFamily) ? (ushort)StunAttributeType.RequestedAddressFamily : (ushort)0;
    }
}
