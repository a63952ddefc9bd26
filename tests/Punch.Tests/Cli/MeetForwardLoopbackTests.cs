using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Punch.Tests.Cli;

/// <summary>Forwards of the whole command on loopback: real sockets on both ends.</summary>
public sealed class MeetForwardLoopbackTests : IDisposable
{
    private const int TimeoutMs = 20_000;
    private const int DatagramMs = 1_000;
    private const int DatagramAttempts = 20;

    private readonly MeetRig _rig = new();
    private readonly Socket _backend = Listening();

    public void Dispose()
    {
        _backend.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public void The_printed_line_allows_what_this_side_asks_for_and_ends_of_both_directions_pass()
    {
        using MeetSide first = _rig.Start("-L", $"0:localhost:{PortOf(_backend)}", "--json", "-v");
        MeetSide second = Paste(first);
        using (second)
        {
            using Socket client = Connect(first);
            client.Send("ask"u8);
            using Socket server = _backend.Accept();
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal("ask", ReadAll(server));
            server.Send("reply"u8);
            server.Shutdown(SocketShutdown.Send);

            Assert.Equal("reply", ReadAll(client));
            first.Until("\"closed\"");
            Assert.Equal(0, first.Interrupt().Exit);
            Assert.Equal(0, second.Until("--- punch meet statistics ---").Interrupt().Exit);
        }
    }

    [Fact]
    public void A_reset_of_the_backend_is_a_reset_for_the_client()
    {
        using MeetSide first = _rig.Start("-L", $"0:localhost:{PortOf(_backend)}", "--json");
        using MeetSide second = Paste(first);
        using Socket client = Connect(first);
        client.Send("ask"u8);
        using (Socket server = _backend.Accept())
        {
            server.Receive(new byte[3]);
            server.LingerState = new LingerOption(true, 0);
        }

        SocketException reset = Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public void A_place_that_is_not_allowed_is_refused_and_the_forward_goes_on()
    {
        using MeetSide first = _rig.Start("-L", $"0:localhost:{PortOf(_backend)}", "-L", "0:localhost:1", "--json");
        using MeetSide second = _rig.Start(first.Code(), "--allow", $"localhost:{PortOf(_backend)}");
        int[] ports = Ports(first, 2);
        using (Socket refused = ConnectTo(ports[1]))
        {
            Assert.Throws<SocketException>(() => refused.Receive(new byte[1]));
        }

        first.Until("not_allowed");
        second.Until("not allowed here");
        using Socket client = ConnectTo(ports[0]);
        using Socket server = _backend.Accept();
        server.Send("x"u8);
        Assert.Equal(1, client.Receive(new byte[1]));
    }

    [Fact]
    public void A_port_over_there_leads_to_a_place_here()
    {
        int port = FreePort();
        using MeetSide first = _rig.Start("-R", $"{port}:localhost:{PortOf(_backend)}");
        using MeetSide second = Paste(first);
        first.Until("The peer listens at");
        using Socket client = ConnectTo(port);
        using Socket server = _backend.Accept();
        server.Send("hello"u8);
        server.Shutdown(SocketShutdown.Send);

        Assert.Equal("hello", ReadAll(client));
    }

    [Fact]
    public void Standard_input_and_output_are_joined_to_a_connection_in_silence()
    {
        using MeetSide second = _rig.Start("--share", $"{PortOf(_backend)}");
        using MeetSide first = new(
            ["meet", "--via", _rig.Address, second.Code(), "-w", "30", "-W", $"localhost:{PortOf(_backend)}"], new MemorySink(), "text");

        using (Socket server = _backend.Accept()) { server.Send(Encoding.ASCII.GetBytes(ReadAll(server).ToUpperInvariant())); }

        Assert.Equal((0, "TEXT", ""), (first.Result.Exit, first.Result.Output, first.Result.Error));
    }

    [Theory]
    [InlineData("refused", "the other side does not allow localhost:1")]
    public void A_connection_that_cannot_be_made_ends_with_its_reason(string code, string message)
    {
        using MeetSide second = _rig.Start("--share", "22");
        using MeetSide first = new(
            ["meet", "--via", _rig.Address, second.Code(), "-w", "30", "-W", "localhost:1", "--json"], new MemorySink(), "text");

        Assert.Equal(1, first.Result.Exit);
        Assert.Contains($"\"code\":\"{code}\",\"message\":\"{message}\"", first.Result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Datagrams_keep_their_boundaries_whatever_their_size()
    {
        using var echo = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        int target = ((IPEndPoint)echo.Client.LocalEndPoint!).Port;
        using MeetSide first = _rig.Start("-L", $"0/udp:localhost:{target}", "--json");
        using MeetSide second = Paste(first);
        int port = Ports(first, 1)[0];
        second.Until("Path open");
        first.Until("\"open\"");
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)) { Client = { ReceiveTimeout = DatagramMs } };
        echo.Client.ReceiveTimeout = DatagramMs;
        foreach (int size in (int[])[1, 1_200, 1_500, 30_000])
        {
            // A datagram may be lost, such as while the path moves.
            bool isBack = false;
            for (int i = 0; i < DatagramAttempts && !isBack; i++) { isBack = Echoes(client, port, echo, size); }

            Assert.True(isBack, $"{size} bytes");
        }
    }

    [Fact]
    public void A_taken_port_is_told_at_once()
    {
        using MeetSide side = _rig.Start("-L", $"{PortOf(_backend)}:localhost:80");

        Assert.Equal(3, side.Result.Exit);
        Assert.StartsWith($"punch: error: -L cannot listen at localhost:{PortOf(_backend)}: ", side.Result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Once_means_one_connection()
    {
        using MeetSide first = _rig.Start("-L", $"0:localhost:{PortOf(_backend)}", "--once", "--json");
        using MeetSide second = Paste(first);
        using (Socket client = Connect(first))
        {
            using Socket server = _backend.Accept();
            client.Shutdown(SocketShutdown.Send);
            server.Shutdown(SocketShutdown.Send);
            Assert.Equal("", ReadAll(client));
        }

        Assert.Equal(0, first.Result.Exit);
    }

    private static bool Echoes(UdpClient client, int port, UdpClient echo, int size)
    {
        try
        {
            client.Send(new byte[size], new IPEndPoint(IPAddress.Loopback, port));
            IPEndPoint from = new(IPAddress.Any, 0);

            // One of an earlier attempt may come late.
            if (echo.Receive(ref from).Length != size) { return false; }

            echo.Send(new byte[size], from);
            return client.Receive(ref from).Length == size && from.Port == port;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }

    private static Socket Listening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = TimeoutMs };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static int FreePort()
    {
        using Socket socket = Listening();
        return PortOf(socket);
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static int[] Ports(MeetSide side, int count)
    {
        side.Until("\"forward\"");
        int[] ports = [];
        MeetRig.Until(
            () =>
            {
                ports = [.. side.Events("forward").Select(e => IPEndPoint.Parse(e.GetProperty("local").GetString()!).Port)];
                return ports.Length == count;
            },
            () => "the ports never listened");
        return ports;
    }

    private static Socket Connect(MeetSide side) => ConnectTo(Ports(side, 1)[0]);

    private static Socket ConnectTo(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = TimeoutMs };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    private static string ReadAll(Socket socket)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[1_000];
        while (socket.Receive(buffer) is > 0 and int count) { text.Append(Encoding.ASCII.GetString(buffer, 0, count)); }

        return text.ToString();
    }

    // As a person would: the whole line in quotes.
    private MeetSide Paste(MeetSide first) => _rig.Start(first.Line());
}
