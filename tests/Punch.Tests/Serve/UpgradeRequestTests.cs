using System.Text;
using Punch.Server.Http;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>What is a right request for a WebSocket: RFC 6455 §4.2.1.</summary>
public sealed class UpgradeRequestTests
{
    private const string Start = "GET /punch HTTP/1.1\r\n";
    private const string Host = "Host: relay.example\r\n";
    private const string Upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Rest = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: punch\r\n";

    [Fact]
    public void The_example_of_the_RFC_has_its_accept_value()
    {
        Assert.Equal(UpgradeReading.Upgrade, Read(Start + Host + Upgrade + Key + Rest, out UpgradeRequest request));

        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", request.Accept);
    }

    [Theory]
    [InlineData(Start + Host + "upgrade:WebSocket\r\nconnection: keep-alive, upgrade\r\n" + Key + Rest)]
    [InlineData(Start + Host + Upgrade + Key + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, punch\r\n")]
    [InlineData(Start + Host + Upgrade + Key + Rest + "X-Forwarded-For: a\r\nX-Forwarded-For: 192.0.2.1\r\nCookie: a=b\r\n")]
    public void Clients_and_proxies_write_it_in_their_own_ways(string head) =>
        Assert.Equal(UpgradeReading.Upgrade, Read(head, out _));

    [Theory]
    [InlineData("GET /punch HTTP/1.0\r\n" + Host + Upgrade + Key + Rest)]
    [InlineData("GET  /punch HTTP/1.1\r\n" + Host + Upgrade + Key + Rest)]
    [InlineData(Start + Upgrade + Key + Rest)] // no host
    [InlineData(Start + Host + Host + Upgrade + Key + Rest)]
    [InlineData(Start + Host + Upgrade + Key + Key + Rest)]
    [InlineData(Start + Host + Upgrade + Rest)]
    [InlineData(Start + Host + Upgrade + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n" + Rest)]
    [InlineData(Start + Host + Upgrade + Key + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Protocol: punch\r\n")]
    [InlineData(Start + Host + Upgrade + Key + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n")]
    [InlineData(Start + Host + Upgrade + Key + "Sec-WebSocket-Version: 13\r\n")]
    [InlineData(Start + Host + Upgrade + Key + Rest + "Content-Length: 5\r\n")]
    [InlineData(Start + Host + Upgrade + Key + Rest + "Transfer-Encoding: chunked\r\n")]
    [InlineData(Start + Host + " folded: a\r\n" + Upgrade + Key + Rest)]
    [InlineData(Start + Host + "name : a\r\n" + Upgrade + Key + Rest)]
    [InlineData(Start + Host + "nothing\r\n" + Upgrade + Key + Rest)]
    [InlineData(Start + Host + ": a\r\n" + Upgrade + Key + Rest)]
    [InlineData(Start + Host + "a: b\nc: d\r\n" + Upgrade + Key + Rest)]
    [InlineData(Start + Host + "a: b\0\r\n" + Upgrade + Key + Rest)]
    [InlineData(Start + Host + "a: \u00e9\r\n" + Upgrade + Key + Rest)]
    public void All_else_is_refused(string head) => Assert.Equal(UpgradeReading.Malformed, Read(head, out _));

    [Fact]
    public void Bytes_after_the_head_or_no_end_of_it_are_refused()
    {
        string head = Start + Host + Upgrade + Key + Rest;

        Assert.Equal(UpgradeReading.Malformed, UpgradeRequest.Read(Encoding.ASCII.GetBytes(head + "\r\nmore"), out _));
        for (int i = 0; i < head.Length + 2; i++)
        {
            Assert.Equal(UpgradeReading.Malformed, UpgradeRequest.Read(Encoding.ASCII.GetBytes((head + "\r\n")[..i]), out _));
        }
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        byte[] right = Encoding.ASCII.GetBytes(Start + Host + Upgrade + Key + Rest + "\r\n");
        var random = new Random(5);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = [.. right];
            for (int edits = random.Next(1, 5); edits > 0; edits--) { bytes[random.Next(bytes.Length)] = (byte)random.Next(256); }

            if (UpgradeRequest.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out UpgradeRequest request) == UpgradeReading.Upgrade)
            {
                Assert.Equal(28, request.Accept.Length);
                _ = request.Forwarded;
            }
        }
    }

    private static UpgradeReading Read(string head, out UpgradeRequest request) =>
        UpgradeRequest.Read(Encoding.Latin1.GetBytes(head + "\r\n"), out request);
}
