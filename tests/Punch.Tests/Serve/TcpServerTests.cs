using System.Net;
using System.Net.Sockets;
using Punch.Server;
using Punch.Serving.Limits;
using Punch.Serving.Streams;
using Punch.Serving.Stun;
using Punch.Tests.Stun;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>The server over TCP: RFC 8489 §6.2.2.</summary>
public sealed class TcpServerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_request_is_answered_with_the_address_it_came_from(string host)
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [new ServedAddress(HostAddress.Parse(host), 0)] });
        using TcpClient client = Connect(rig);

        client.GetStream().Write(ServerRig.Request());

        Assert.Equal(ServerRig.AddressOf(client.Client.LocalEndPoint!), ServerRig.MappedIn(Read(client)));
        Assert.Equal((1, 1), (rig.Statistics.Tcp.Answered, rig.Statistics.Connections));
    }

    [Fact]
    public void A_request_that_comes_byte_by_byte_is_answered()
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback] });
        using TcpClient client = Connect(rig);
        client.NoDelay = true;

        foreach (byte each in StunBytes.Request().With(0x8022, "split").WithFingerprint().ToArray()) { client.GetStream().WriteByte(each); }

        StunMessage.Parse(Read(client), out StunMessage answer);
        Assert.Equal(StunClass.Success, answer.Class);
        Assert.True(answer.HasValidFingerprint());
    }

    [Fact]
    public void Requests_that_come_merged_are_answered_in_order()
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], Limit = null });
        using TcpClient client = Connect(rig);
        byte[] requests = [.. Enumerable.Range(0, 100).SelectMany(i => ServerRig.Request((uint)i)), .. ServerRig.Request(100)[..7]];

        client.GetStream().Write(requests);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (uint)i), Enumerable.Range(0, 100).Select(_ => ServerRig.NumberOf(Read(client))));
        client.GetStream().Write(ServerRig.Request(100).AsSpan(7));
        Assert.Equal(100u, ServerRig.NumberOf(Read(client)));
    }

    [Fact]
    public void A_message_that_needs_no_reply_is_skipped()
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback] });
        using TcpClient client = Connect(rig);

        client.GetStream().Write([.. new StunBytes(0x0011).ToArray(), .. StunBytes.Success().ToArray(), .. ServerRig.Request(5)]);

        Assert.Equal(5u, ServerRig.NumberOf(Read(client)));
        Assert.Equal(2, rig.Statistics.Tcp.Ignored);
    }

    [Theory]
    [InlineData("474554202F20485454502F312E300D0A0D0A")] // GET / HTTP/1.0
    [InlineData("00010000211213")] // a cookie that begins right and continues wrong
    [InlineData("00010001")] // a length that is not a multiple of four
    [InlineData("0001FFFC")] // a longer message than is accepted
    public void Bytes_that_are_not_STUN_end_the_connection(string hex)
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback] });
        using TcpClient client = Connect(rig);

        client.GetStream().Write(Convert.FromHexString(hex));

        Assert.True(IsClosed(client));
    }

    [Fact]
    public void The_longest_message_is_answered()
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback] });
        using TcpClient client = Connect(rig);
        byte[] longest = StunBytes.Request().With(0x0026, new byte[StreamConnection.MaxMessage - 24]).ToArray();

        client.GetStream().Write(longest);

        Assert.Equal(StreamConnection.MaxMessage, longest.Length);
        Assert.Equal(StreamConnection.MaxMessage, Read(client).Length);
    }

    [Fact]
    public void Over_TCP_the_other_address_is_named_and_cannot_be_asked_to_answer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs 127.0.0.2");
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.TwoAddresses], ReplySize = StunReplySize.AllAddresses });
        using TcpClient client = Connect(rig);

        client.GetStream().Write([.. ServerRig.Request(), .. StunBytes.Request().With(0x0003, 0, 0, 0, 6).ToArray()]);

        StunMessage.Parse(Read(client), out StunMessage answer);
        Assert.True(answer.TryGetOtherAddress(out TransportAddress other));
        Assert.True(answer.TryGetAddress(StunAttributeType.ResponseOrigin, out TransportAddress origin));
        Assert.Equal((rig.Endpoint(3), rig.Endpoint()), (other, origin));
        StunMessage.Parse(Read(client), out StunMessage refusal);
        Assert.True(refusal.TryGetErrorCode(out StunErrorCode code, out _));
        Assert.Equal(StunErrorCode.UnknownAttribute, code);
    }

    [Theory]
    [InlineData("")] // silence
    [InlineData("00")] // the beginning of a request and no more
    [InlineData("001100002112A442000000000000000000000000")] // an indication, which needs no answer
    public void A_connection_without_requests_is_closed(string hex)
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], IdleTimeout = TimeSpan.FromMilliseconds(50) });
        using TcpClient client = Connect(rig);

        client.GetStream().Write(Convert.FromHexString(hex));

        Assert.True(IsClosed(client));
        Assert.Equal(1, Await(() => rig.Statistics.TimedOut));
    }

    [Fact]
    public void Connections_are_taken_up_to_the_limit_and_again_when_one_has_ended()
    {
        using var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback], Connections = new ConnectionLimits(Total: 3, PerNetwork: 3) });
        TcpClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => Connect(rig))];
        Assert.All(clients, client => Assert.True(IsAnswered(client)));

        using TcpClient surplus = Connect(rig);
        Assert.True(IsClosed(surplus));
        clients[0].Dispose();
        Assert.Equal(2, Await(() => rig.Statistics.Connections, until: 2));
        using TcpClient late = Connect(rig);
        Assert.True(IsAnswered(late));

        Assert.Equal((4, 1), (rig.Statistics.Accepted, rig.Statistics.TurnedAway));
        foreach (TcpClient client in clients) { client.Dispose(); }
    }

    [Fact]
    public void No_network_takes_all_the_places()
    {
        var table = new ConnectionTable(new ConnectionLimits(Total: 5, PerNetwork: 2), new KeySource(1, 2));

        Assert.True(table.TryEnter(HostAddress.Parse("192.0.2.1")));
        Assert.True(table.TryEnter(HostAddress.Parse("192.0.2.250")));
        Assert.False(table.TryEnter(HostAddress.Parse("192.0.2.1")));
        Assert.True(table.TryEnter(HostAddress.Parse("192.0.3.1")));
        Assert.True(table.TryEnter(HostAddress.Parse("2001:db8:1:200::1")));
        Assert.True(table.TryEnter(HostAddress.Parse("2001:db8:1:2ff::1")));
        Assert.False(table.TryEnter(HostAddress.Parse("2001:db8:1:300::1")));
        table.Leave(HostAddress.Parse("2001:db8:1:2ff::1"), isTimedOut: false);
        Assert.False(table.TryEnter(HostAddress.Parse("192.0.2.1")));
        Assert.True(table.TryEnter(HostAddress.Parse("2001:db8:1:300::1")));
    }

    [Fact]
    public void Stopping_ends_the_connections_and_frees_the_port()
    {
        var rig = new ServerRig(new ServerOptions { Addresses = [ServerRig.Loopback] });
        using TcpClient client = Connect(rig);
        Assert.True(IsAnswered(client));
        TransportAddress endpoint = rig.Endpoint();

        rig.Dispose();

        Assert.True(IsClosed(client));
        Assert.Throws<SocketException>(() => new TcpClient("127.0.0.1", endpoint.Port));
    }

    private static TcpClient Connect(ServerRig rig)
    {
        TransportAddress server = rig.Endpoint();
        var client = new TcpClient(server.Host.Family) { ReceiveTimeout = 5000 };
        client.Connect(new IPEndPoint(server.Host.ToIPAddress(), server.Port));
        return client;
    }

    private static bool IsAnswered(TcpClient client)
    {
        client.GetStream().Write(ServerRig.Request());
        return Read(client).Length == 32;
    }

    private static byte[] Read(TcpClient client)
    {
        byte[] header = new byte[20];
        client.GetStream().ReadExactly(header);
        byte[] rest = new byte[(header[2] << 8) | header[3]];
        client.GetStream().ReadExactly(rest);
        return [.. header, .. rest];
    }

    private static bool IsClosed(TcpClient client)
    {
        try
        {
            return client.GetStream().ReadByte() < 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // It closed while it had not read bytes of this side.
            return true;
        }
    }

    // The client sees the end of a connection a moment before the server has counted it.
    private static long Await(Func<long> number, long until = 1)
    {
        SpinWait.SpinUntil(() => number() == until, TimeSpan.FromSeconds(5));
        return number();
    }
}
