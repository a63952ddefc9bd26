using System.Net.Sockets;
using Punch.Protocol.Relay;
using Punch.Tests.Relay;
using Punch.Tests.Rendezvous;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>Sends and receives datagrams on a byte stream to a server.</summary>
internal sealed class StreamClient(Stream stream) : IDisposable
{
    private readonly byte[] _held = new byte[1 << 17];
    private int _count;

    public static StreamClient ConnectTcp(TransportAddress server)
    {
        var socket = new Socket(server.Host.Family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(server.Host.ToIPAddress(), server.Port);
        return new StreamClient(new NetworkStream(socket, ownsSocket: true));
    }

    public void Dispose() => stream.Dispose();

    public void Send(byte[] datagram)
    {
        byte[] frame = new byte[datagram.Length + 8];
        stream.Write(frame.AsSpan(0, StreamFraming.Write(datagram, StreamFraming.OwnChannel, frame)));
        stream.Flush();
    }

    /// <summary>The next datagram; null at the end of the stream.</summary>
    public byte[]? Receive()
    {
        while (true)
        {
            StreamFrame frame = StreamFraming.Read(_held.AsSpan(0, _count), out int whole, out Range payload);
            Assert.NotEqual(StreamFrame.Broken, frame);
            if (frame == StreamFrame.Whole)
            {
                byte[] datagram = _held[payload];
                _held.AsSpan(whole, _count - whole).CopyTo(_held);
                _count -= whole;
                return datagram;
            }

            int read = stream.Read(_held, _count, _held.Length - _count);
            if (read == 0) { return null; }

            _count += read;
        }
    }

    /// <summary>The next that is not about the other party.</summary>
    public byte[] ReceiveReply()
    {
        while (true)
        {
            byte[] datagram = Receive() ?? throw new EndOfStreamException();
            if (datagram is not [0x02, 0xD1, ..]) { return datagram; }
        }
    }

    /// <summary>Takes a seat and binds a leg there; returns the nonce.</summary>
    public byte[] Bind(byte party)
    {
        byte[] cookie = Join(party);
        Send(new BindBytes { PartyName = JoinBytes.Name(party), Cookie = cookie }.ToArray());
        Assert.True(BindReply.TryRead(ReceiveReply(), out BindReply bound));
        Assert.Null(bound.Error);
        return cookie;
    }

    /// <summary>Takes a seat; returns the nonce.</summary>
    public byte[] Join(byte party)
    {
        var join = new JoinBytes { PartyName = JoinBytes.Name(party), Says = JoinBytes.SealedOf(60, party), DayNumber = Today };
        Send(join.ToArray());
        Assert.True(JoinReply.TryRead(ReceiveReply(), out JoinReply challenge));
        byte[] cookie = challenge.Nonce.ToArray();
        Send((join with { Cookie = cookie }).ToArray());
        Assert.True(JoinReply.TryRead(ReceiveReply(), out JoinReply joined));
        Assert.Equal((null, TimeSpan.FromSeconds(60)), (joined.Error, joined.Lifetime));
        return cookie;
    }

    private static uint Today => new Calendar(DateTimeOffset.UtcNow, Instant.Zero).DayAt(Instant.Zero);
}
