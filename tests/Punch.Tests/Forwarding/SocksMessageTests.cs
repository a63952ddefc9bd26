using Punch.Protocol.Forwarding;
using Xunit;

namespace Punch.Tests.Forwarding;

public sealed class SocksMessageTests
{
    [Fact]
    public void A_greeting_without_a_password_is_accepted()
    {
        Assert.Equal(ReadOutcome.Incomplete, SocksMessages.ReadGreeting([5, 2, 1], out _, out _));
        Assert.Equal(ReadOutcome.Whole, SocksMessages.ReadGreeting([5, 2, 1, 0, 99], out byte[] reply, out int length));
        Assert.Equal([5, 0], reply);
        Assert.Equal(4, length);
    }

    [Theory]
    [InlineData(new byte[] { 5, 1, 2 })]
    [InlineData(new byte[] { 4, 1, 0, 80 })]
    public void Another_version_or_a_password_is_refused(byte[] greeting)
    {
        Assert.Equal(ReadOutcome.Broken, SocksMessages.ReadGreeting(greeting, out byte[] reply, out _));
        Assert.Equal([5, 0xFF], reply);
    }

    [Theory]
    [InlineData(new byte[] { 5, 1, 0, 1, 192, 0, 2, 7, 0, 80 }, "192.0.2.7", 80)]
    [InlineData(new byte[] { 5, 1, 0, 3, 3, (byte)'a', (byte)'.', (byte)'b', 1, 187 }, "a.b", 443)]
    [InlineData(new byte[] { 5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 22 }, "::1", 22)]
    public void A_request_names_an_address_or_a_name(byte[] request, string host, int port)
    {
        for (int i = 0; i < request.Length; i++)
        {
            Assert.Equal(ReadOutcome.Incomplete, SocksMessages.ReadRequest(request.AsSpan(0, i), out _, out _, out _));
        }

        Assert.Equal(ReadOutcome.Whole, SocksMessages.ReadRequest(request, out SocksCommand command, out OpenRequest target, out int length));
        Assert.Equal((SocksCommand.Connect, new OpenRequest(OpenKind.Connect, host, (ulong)port), request.Length), (command, target, length));
    }

    [Fact]
    public void A_datagram_names_its_place_and_a_fragment_is_refused()
    {
        byte[] datagram = [0, 0, 0, 1, 192, 0, 2, 7, 0, 53, 1, 2, 3];

        Assert.True(SocksMessages.TryReadDatagram(datagram, out OpenRequest target, out int length));
        Assert.Equal((new OpenRequest(OpenKind.Datagrams, "192.0.2.7", 53), 10), (target, length));
        datagram[2] = 1;
        Assert.False(SocksMessages.TryReadDatagram(datagram, out _, out _));
    }
}
