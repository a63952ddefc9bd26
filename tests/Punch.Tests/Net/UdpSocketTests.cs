using System.Net;
using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Addresses;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Xunit;

namespace Punch.Tests.Net;

public sealed class UdpSocketTests
{
    public static TheoryData<string, string> Kinds()
    {
        var kinds = new TheoryData<string, string>();
        string[] names = OperatingSystem.IsLinux() ? ["Portable", "Linux"] : ["Portable"];
        foreach (string each in names)
        {
            kinds.Add("127.0.0.1:0", each);
            kinds.Add("[::1]:0", each);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_datagram_arrives_whole_with_its_sender(string local, string kind)
    {
        using UdpSocket a = Bind(local, kind);
        using UdpSocket b = Bind(local, kind);
        byte[] buffer = new byte[65_535];

        foreach (int length in new[] { 0, 1, 1024, 65_507 })
        {
            Assert.Equal(SocketError.Success, a.Send(Loopback.Bytes(length), b.Local));

            Assert.True(Loopback.WaitFor(b, buffer, out TransportAddress from, out int received));
            Assert.Equal(a.Local, from);
            Assert.Equal(length, received);
            Assert.Equal(Loopback.Bytes(length), buffer[..received]);
        }

        Assert.False(b.TryReceive(TimeSpan.Zero));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_datagram_larger_than_the_protocol_allows_is_an_error_and_not_an_exception(string local, string kind)
    {
        using UdpSocket a = Bind(local, kind);
        byte[] tooLarge = new byte[65_535];

        Assert.Equal(SocketError.MessageSize, a.Send(tooLarge, a.Local));
        Assert.False(a.TryTakeIcmp(out _));
    }

    [Fact]
    public void A_router_may_cut_a_datagram_that_is_too_large_for_a_link()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere no system forbids it");
        const int DiscoverMtu = 10; // IP_MTU_DISCOVER
        using var bound = new BoundDescriptor(TransportAddress.Parse("127.0.0.1:0"), SystemWait.LongestBlock);
        using var handle = new SafeSocketHandle(bound.Descriptor, ownsHandle: false);
        using var socket = new Socket(handle);
        Span<byte> value = stackalloc byte[sizeof(int)];

        Assert.Equal(sizeof(int), socket.GetRawSocketOption(0, DiscoverMtu, value));
        Assert.Equal(0, BitConverter.ToInt32(value));
    }

    [Theory]
    [InlineData("127.0.0.1:0", 0, 10, 0)]
    [InlineData("[::1]:0", 41, 23, 1)]
    public void Fragments_are_forbidden_for_the_datagrams_that_ask_for_it(string local, int level, int option, int allowed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = Bind(local, "Linux");
        using var handle = new SafeSocketHandle(((LinuxSocket)a.System).Descriptor, ownsHandle: false);
        using var socket = new Socket(handle);
        List<int> seen = [];

        foreach ((int length, bool isForbidden) in new[] { (9000, false), (9000, true), (100, false), (9000, false), (100, true) })
        {
            Assert.Equal(SocketError.Success, a.Send(Loopback.Bytes(length), a.Local, new SendOptions { DontFragment = isForbidden }));
            byte[] value = new byte[sizeof(int)];
            socket.GetRawSocketOption(level, option, value);
            seen.Add(BitConverter.ToInt32(value));
        }

        // A small one that does not ask for it leaves the option alone. 3 is IP_PMTUDISC_PROBE.
        Assert.Equal([allowed, 3, 3, allowed, 3], seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_hop_limit_is_on_the_wire_and_the_next_datagram_leaves_with_the_systems_own(string local, string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads the received hop limit by Linux's control messages");
        using UdpSocket a = Bind(local, kind);
        using UdpSocket b = Bind(local, "Linux");
        var hopLimits = new HopLimitReader(b);
        a.Send([1], b.Local);
        int system = hopLimits.Read();
        List<int> seen = [];

        foreach (byte limit in new byte[] { 3, 3, 0, 255, 1, 0 })
        {
            Assert.Equal(SocketError.Success, a.Send([1], b.Local, new SendOptions { HopLimit = limit }));
            seen.Add(hopLimits.Read());
        }

        Assert.InRange(system, 2, 254);
        Assert.Equal([3, 3, system, 255, 1, system], seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_address_of_the_other_family_is_an_error_and_not_an_exception(string local, string kind)
    {
        using UdpSocket a = Bind(local, kind);
        TransportAddress other = a.Local.Host.IsV6 ? Loopback.V4 with { Port = 9 } : Loopback.V6 with { Port = 9 };

        Assert.Equal(SocketError.AddressFamilyNotSupported, a.Send([1], other));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_taken_port_is_refused_by_name(string local, string kind)
    {
        using UdpSocket a = Bind(local, kind);

        LocalNetworkException e = Assert.Throws<LocalNetworkException>(() => UdpSocket.Bind(a.Local));

        Assert.Equal(LocalNetworkError.PortTaken, e.Error);
        Assert.Equal($"UDP port {a.Local.Port} is taken by another program", e.Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_wildcard_keeps_its_host_and_learns_its_port(string local, string kind)
    {
        HostAddress any = TransportAddress.Parse(local).Host.IsV6 ? HostAddress.AnyV6 : HostAddress.AnyV4;
        using UdpSocket a = BindOrSkip(new TransportAddress(any, 0), Enum.Parse<SocketKind>(kind));
        using UdpSocket b = Bind(local, kind);

        b.Send([1], b.Local with { Port = a.Local.Port });

        Assert.Equal(any, a.Local.Host);
        Assert.True(Loopback.WaitFor(a, new byte[8], out TransportAddress from, out _));
        Assert.Equal(b.Local, from);
    }

    [Fact]
    public void A_wildcard_takes_the_port_of_one_family_only()
    {
        using UdpSocket v4 = UdpSocket.Bind(new TransportAddress(HostAddress.AnyV4, 0));
        using UdpSocket v6 = BindOrSkip(new TransportAddress(HostAddress.AnyV6, v4.Local.Port));

        Assert.Equal(v4.Local.Port, v6.Local.Port);
    }

    [Theory]
    [InlineData("240.0.0.9:0", "240.0.0.9 is not an address of this machine")]
    [InlineData("[2001:db8:ffff::1]:0", "2001:db8:ffff::1 is not an address of this machine")]
    [InlineData("[fe80::1]:0", "fe80::1 needs its interface, as in fe80::1%eth0")]
    public void An_address_of_another_machine_is_refused_by_name(string local, string message)
    {
        SkipWithoutV6(TransportAddress.Parse(local));

        LocalNetworkException e = Assert.Throws<LocalNetworkException>(() => UdpSocket.Bind(TransportAddress.Parse(local)));

        Assert.Equal(LocalNetworkError.NoSuchAddress, e.Error);
        Assert.Equal(message, e.Message);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, LocalNetworkError.NoRoute, "no route to 203.0.113.9")]
    [InlineData(SocketError.HostUnreachable, LocalNetworkError.NoRoute, "no route to 203.0.113.9")]
    [InlineData(SocketError.AccessDenied, LocalNetworkError.NoPermission, "the system forbids sending to 203.0.113.9:9 (a firewall on this machine?)")]
    [InlineData(SocketError.MessageSize, LocalNetworkError.TooLarge, "the datagram is too large to send to 203.0.113.9")]
    [InlineData(SocketError.AddressFamilyNotSupported, LocalNetworkError.FamilyUnavailable, "no IPv4 here to reach 203.0.113.9")]
    [InlineData(SocketError.InvalidArgument, LocalNetworkError.Other, "cannot send to 203.0.113.9:9: invalid argument")]
    public void A_failed_send_is_explained(SocketError error, LocalNetworkError expected, string message)
    {
        LocalNetworkException e = SendFailure.Explain(TransportAddress.Parse("203.0.113.9:9"), error);

        Assert.Equal((expected, message), (e.Error, e.Message));
    }

    [Fact]
    public void A_socket_that_was_disposed_of_says_so()
    {
        UdpSocket socket = UdpSocket.Bind(Loopback.V4);
        socket.Dispose();

        Assert.Throws<ObjectDisposedException>(() => socket.Send([1], socket.Local));
        Assert.Throws<ObjectDisposedException>(() => socket.TryReceive(TimeSpan.Zero));
    }

    internal static UdpSocket Bind(string local, string kind) => BindOrSkip(TransportAddress.Parse(local), Enum.Parse<SocketKind>(kind));

    private static UdpSocket BindOrSkip(TransportAddress local, SocketKind? kind = null)
    {
        SkipWithoutV6(local);
        return kind is { } given ? UdpSocket.Bind(local, given) : UdpSocket.Bind(local);
    }

    private static void SkipWithoutV6(TransportAddress local)
    {
        if (!local.Host.IsV6) { return; }

        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        }
        catch (SocketException)
        {
            Assert.Skip("this machine has no IPv6 loopback");
        }
    }
}
