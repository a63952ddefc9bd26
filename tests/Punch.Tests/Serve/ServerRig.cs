using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Server;
using Punch.Serving;
using Punch.Serving.Limits;
using Punch.Serving.Stun;
using Punch.Tests.Stun;

namespace Punch.Tests.Serve;

/// <summary>A server in this process, on ports that the system chose.</summary>
internal sealed class ServerRig : IDisposable
{
    public static readonly ServedAddress Loopback = new(HostAddress.Parse("127.0.0.1"), 0);
    public static readonly ServedAddress LoopbackV6 = new(HostAddress.Parse("::1"), 0);
    public static readonly ServedAddress TwoPorts = Loopback with { AlternatePort = 0 };
    public static readonly ServedAddress TwoAddresses = TwoPorts with { AlternateHost = HostAddress.Parse("127.0.0.2") };

    public ServerRig(ServerOptions options)
    {
        Server = Bind(options);
        Server.Start();
    }

    public ServerRig(ServedAddress address, SocketKind kind, RateLimit? limit = null)
        : this(new ServerOptions { Addresses = [address], Kind = kind, Limit = limit, ReplySize = StunReplySize.AllAddresses })
    {
    }

    public ServerHost Server { get; }

    public ServerStatistics Statistics => Server.Statistics;

    public TransportAddress Endpoint(int index = 0) => Server.Endpoints[index];

    public void Dispose()
    {
        Server.Stop();
        Server.Dispose();
    }

    /// <summary>A client; its receives wait for five seconds at most.</summary>
    public static Socket Client(string host = "127.0.0.1")
    {
        IPAddress address = IPAddress.Parse(host);
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000, ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    public static TransportAddress LocalOf(Socket socket) => AddressOf(socket.LocalEndPoint!);

    public static void Send(Socket client, TransportAddress to, byte[] request) => client.SendTo(request, new IPEndPoint(to.Host.ToIPAddress(), to.Port));

    public static (byte[] Bytes, TransportAddress From) Receive(Socket client)
    {
        byte[] buffer = new byte[65_535];
        EndPoint from = new IPEndPoint(client.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int length = client.ReceiveFrom(buffer, ref from);
        return (buffer[..length], AddressOf(from));
    }

    public static (byte[] Bytes, TransportAddress From) Ask(Socket client, TransportAddress to, byte[] request)
    {
        Send(client, to, request);
        return Receive(client);
    }

    /// <summary>A request whose reply can be distinguished from all others.</summary>
    public static byte[] Request(uint number = 0)
    {
        byte[] request = StunBytes.Request().ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(16), number);
        return request;
    }

    public static uint NumberOf(byte[] answer) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(16));

    public static TransportAddress MappedIn(byte[] answer)
    {
        Xunit.Assert.Equal(StunParseError.None, StunMessage.Parse(answer, out StunMessage message));
        Xunit.Assert.Equal(StunClass.Success, message.Class);
        Xunit.Assert.True(message.TryGetXorMappedAddress(out TransportAddress mapped));
        return mapped;
    }

    public static TransportAddress AddressOf(EndPoint endPoint)
    {
        var ip = (IPEndPoint)endPoint;
        return new TransportAddress(HostAddress.FromIPAddress(ip.Address), (ushort)ip.Port);
    }

    // A UDP port that the system chose may be taken for TCP, or on another address. Then try again.
    private static ServerHost Bind(ServerOptions options)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return ServerHost.Bind(options);
            }
            catch (LocalNetworkException e) when (e.Error == LocalNetworkError.PortTaken && attempt < 20)
            {
                // Try the next one.
            }
        }
    }
}
