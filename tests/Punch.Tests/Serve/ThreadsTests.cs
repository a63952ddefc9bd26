using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Punch.Net;
using Punch.Protocol.Relay;
using Punch.Server;
using Punch.Server.Tls;
using Punch.Serving;
using Punch.Serving.Counting;
using Punch.Serving.Limits;
using Punch.Serving.Relay;
using Punch.Tests.Relay;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>A server whose UDP ports are shared by several threads, as on a machine with as many cores.</summary>
public sealed class ThreadsTests
{
    private const int Threads = 4;

    // With so many clients a thread stays without one in a run of 10^15.
    private const int Clients = 128;

    [Fact]
    public void Every_thread_serves_clients_and_a_client_has_one_of_them_alone()
    {
        NeedLinux();
        var seen = new ThreadList();
        using var rig = new ServerRig(Options() with { Observer = seen });
        List<Socket> clients = [.. Enumerable.Range(0, Clients).Select(_ => ServerRig.Client())];

        foreach (Socket client in (Socket[])[.. clients, .. clients])
        {
            (byte[] answer, TransportAddress from) = ServerRig.Ask(client, rig.Endpoint(), ServerRig.Request());
            Assert.Equal((rig.Endpoint(), ServerRig.LocalOf(client)), (from, ServerRig.MappedIn(answer)));
        }

        Assert.Equal(Clients, seen.ByClient.Count);
        Assert.All(seen.ByClient.Values, threads => Assert.Single(threads.Distinct()));
        Assert.Equal(Threads, seen.ByClient.Values.SelectMany(threads => threads).Distinct().Count());
        Assert.Equal(2 * Clients, rig.Statistics.Udp.Answered);
        foreach (Socket client in clients) { client.Dispose(); }
    }

    [Fact]
    public void Legs_on_all_threads_are_relayed_to_each_other()
    {
        NeedLinux();
        using var rig = new ServerRig(Options());

        // All stay open: a port that is used again takes its leg to another room.
        Socket[] legs = [.. Enumerable.Range(0, 2 * 24).Select(_ => ServerRig.Client())];
        for (byte pair = 0; pair < 24; pair++)
        {
            (Socket first, Socket second) = (legs[2 * pair], legs[(2 * pair) + 1]);
            RelayServerTests.Bind(first, rig.Endpoint(), party: 1, room: pair);
            RelayServerTests.Bind(second, rig.Endpoint(), party: 2, room: pair);

            for (int i = 0; i < 20; i++)
            {
                ServerRig.Send(first, rig.Endpoint(), RelayRig.Frame(60 + i, (byte)i));
                ServerRig.Send(second, rig.Endpoint(), RelayRig.Frame(90 + i, (byte)i));
            }

            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(RelayRig.Frame(60 + i, (byte)i), RelayServerTests.Receive(second).Bytes);
                (byte[] bytes, TransportAddress from) = RelayServerTests.Receive(first);
                Assert.Equal(rig.Endpoint(), from);
                Assert.Equal(RelayRig.Frame(90 + i, (byte)i), bytes);
            }
        }

        Assert.Equal((24 * 40, 24), (rig.Statistics.Relay.Forwarded, rig.Statistics.Relay.Paired));
        foreach (Socket leg in legs) { leg.Dispose(); }
    }

    [Fact]
    public void A_network_has_one_limit_however_many_threads_it_reaches()
    {
        NeedLinux();
        using var rig = new ServerRig(Options() with { Limit = new RateLimit(PerSecond: 1, Burst: 10) });
        List<Socket> greedy = [.. Enumerable.Range(0, Clients).Select(_ => ServerRig.Client("127.0.0.77"))];
        using Socket modest = ServerRig.Client("127.1.1.1");

        long start = Stopwatch.GetTimestamp();
        foreach (Socket client in greedy) { ServerRig.Send(client, rig.Endpoint(), ServerRig.Request()); }

        Assert.Equal(1000u, ServerRig.NumberOf(ServerRig.Ask(modest, rig.Endpoint(), ServerRig.Request(1000)).Bytes));
        Assert.True(SpinWait.SpinUntil(() => rig.Statistics.Udp.Received == Clients + 1, TimeSpan.FromSeconds(5)));

        // The ten, those of the seconds that it took, the modest one, and one for each thread that asked at the very same moment.
        int seconds = 1 + (int)Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.InRange(rig.Statistics.Udp.Answered, 11, 11 + seconds + Threads);
        foreach (Socket client in greedy) { client.Dispose(); }
    }

    [Fact]
    public void A_second_server_on_the_port_is_refused_however_many_threads_share_it()
    {
        NeedLinux();
        using var rig = new ServerRig(Options());
        var same = new ServedAddress(rig.Endpoint().Host, rig.Endpoint().Port);

        foreach (int threads in (int[])[1, Threads])
        {
            foreach (ServedAddress address in (ServedAddress[])[same, same with { Host = HostAddress.AnyV4 }])
            {
                LocalNetworkException refusal = Assert.Throws<LocalNetworkException>(
                    () => ServerHost.Bind(Options() with { Addresses = [address], Threads = threads, HasTcp = false }));
                Assert.Equal(LocalNetworkError.PortTaken, refusal.Error);
            }
        }
    }

    [Fact]
    public void A_port_is_free_again_after_the_last_of_its_threads()
    {
        NeedLinux();
        ServedAddress address;
        using (var rig = new ServerRig(Options())) { address = new ServedAddress(rig.Endpoint().Host, rig.Endpoint().Port); }

        using ServerHost again = ServerHost.Bind(Options() with { Addresses = [address] });
        Assert.Equal(address.Port, again.Endpoints[0].Port);
    }

    [Fact]
    public void Both_legs_hear_of_the_end_on_whatever_threads_they_are()
    {
        NeedLinux();
        using var rig = new ServerRig(Options());
        List<Socket> legs = [.. Enumerable.Range(0, 32).Select(_ => ServerRig.Client())];
        foreach ((int index, Socket leg) in legs.Index())
        {
            RelayServerTests.Bind(leg, rig.Endpoint(), party: (byte)(1 + (index % 2)), room: (byte)(index / 2));
        }

        rig.Server.Drain(TimeSpan.FromSeconds(7));

        foreach (Socket leg in legs)
        {
            Assert.True(RelayNotice.TryRead(RelayServerTests.Receive(leg).Bytes, out RelayNotice notice));
            Assert.Equal(RelayEvent.Draining, notice.Event);
            leg.Dispose();
        }
    }

    private static void NeedLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a system that spreads clients over sockets");

    private static ServerOptions Options() => new()
    {
        Addresses = [ServerRig.Loopback],
        Threads = Threads,
        Limit = null,
        Relay = new RelayOptions { Limits = default, TotalBytesPerSecond = 0 },
    };

    private sealed class ThreadList : IServerObserver
    {
        public ConcurrentDictionary<TransportAddress, ConcurrentBag<int>> ByClient { get; } = new();

        public bool WantsRequests => true;

        public void OnRequest(TransportAddress client, TransportAddress local, RequestOutcome outcome) =>
            ByClient.GetOrAdd(client, _ => []).Add(Environment.CurrentManagedThreadId);

        public void OnConnection(TransportAddress client, ConnectionChange change)
        {
        }

        public void OnAcceptFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnReceiveFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnSendFailed(TransportAddress local, SocketError error, long count)
        {
        }

        public void OnSourcesRewritten(TransportAddress local, HostAddress seen)
        {
        }

        public void OnCertificate(ServerCertificate certificate)
        {
        }

        public void OnCertificateFailed(string reason)
        {
        }
    }
}
