using System.Net.WebSockets;
using Punch.Protocol.Relay;
using Punch.Tests.Relay;
using Punch.Tests.Rendezvous;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>A party of a room on a WebSocket.</summary>
internal static class WebSocketParty
{
    private static uint Today => new Calendar(DateTimeOffset.UtcNow, Instant.Zero).DayAt(Instant.Zero);

    /// <summary>Takes a seat and binds a leg there; returns the address that the server sees.</summary>
    public static async Task<TransportAddress> BindAsync(ClientWebSocket client, byte party)
    {
        var join = new JoinBytes { PartyName = JoinBytes.Name(party), Says = JoinBytes.SealedOf(60, party), DayNumber = Today };
        byte[] cookie = NonceOf(await AskAsync(client, join.ToArray()));
        (TransportAddress mapped, bool isSeated) = Joined(await AskAsync(client, (join with { Cookie = cookie }).ToArray()));
        byte[] bound = await AskAsync(client, new BindBytes { PartyName = JoinBytes.Name(party), Cookie = cookie }.ToArray());
        Assert.True(isSeated);
        Assert.True(BindReply.TryRead(bound, out BindReply reply) && reply.Error is null);
        return mapped;
    }

    /// <summary>The next datagram that is not about the other party.</summary>
    public static async Task<byte[]> ReceiveAsync(ClientWebSocket client)
    {
        byte[] buffer = new byte[8192];
        while (true)
        {
            WebSocketReceiveResult result = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.Equal((WebSocketMessageType.Binary, true), (result.MessageType, result.EndOfMessage));
            if (buffer is not [0x02, 0xD1, ..]) { return buffer[..result.Count]; }
        }
    }

    private static async Task<byte[]> AskAsync(ClientWebSocket client, byte[] request)
    {
        await client.SendAsync(request, WebSocketMessageType.Binary, endOfMessage: true, TestContext.Current.CancellationToken);
        return await ReceiveAsync(client);
    }

    private static byte[] NonceOf(byte[] bytes)
    {
        Assert.True(JoinReply.TryRead(bytes, out JoinReply reply));
        return reply.Nonce.ToArray();
    }

    private static (TransportAddress Mapped, bool IsSeated) Joined(byte[] bytes)
    {
        Assert.True(JoinReply.TryRead(bytes, out JoinReply reply));
        return (reply.Mapped!.Value, reply.Lifetime == TimeSpan.FromSeconds(60));
    }
}
