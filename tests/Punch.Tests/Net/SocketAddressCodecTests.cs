using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Xunit;

namespace Punch.Tests.Net;

public sealed class SocketAddressCodecTests
{
    [Theory]
    [InlineData("192.0.2.1:6311")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:6311")]
    [InlineData("[fe80::1%7]:1")]
    [InlineData("[::]:0")]
    public void It_agrees_with_the_platform_in_both_directions(string text)
    {
        TransportAddress address = TransportAddress.Parse(text);
        SocketAddress platform = new IPEndPoint(address.Host.ToIPAddress(), address.Port).Serialize();
        SocketAddress own = new(address.Host.Family);

        SocketAddressCodec.Write(own.Buffer.Span, address);

        Assert.Equal(platform, own);
        Assert.True(SocketAddressCodec.TryRead(platform.Buffer.Span, address.Host.IsV6, out TransportAddress read));
        Assert.Equal(address, read);
    }

    [Fact]
    public void An_address_of_wider_scope_has_no_scope_id()
    {
        var platform = new IPEndPoint(new IPAddress(IPAddress.Parse("2001:db8::1").GetAddressBytes(), 7), 1).Serialize();

        Assert.True(SocketAddressCodec.TryRead(platform.Buffer.Span, isV6: true, out TransportAddress read));

        Assert.Equal(TransportAddress.Parse("[2001:db8::1]:1"), read);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < SocketAddressCodec.MaxLength; length++)
        {
            Assert.Equal(length >= 8, SocketAddressCodec.TryRead(new byte[length], isV6: false, out _));
            Assert.False(SocketAddressCodec.TryRead(new byte[length], isV6: true, out _));
        }
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        TransportAddress address = TransportAddress.Parse("[fe80::1%7]:6311");
        byte[] bytes = new SocketAddress(AddressFamily.InterNetworkV6).Buffer.ToArray();
        RoundTrip();
        Assert.Equal(0, Allocation.Fewest(RoundTrips));

        void RoundTrips()
        {
            for (int i = 0; i < 1_000; i++) { RoundTrip(); }
        }

        void RoundTrip()
        {
            SocketAddressCodec.Write(bytes, address);
            SocketAddressCodec.TryRead(bytes, isV6: true, out _);
        }
    }
}
