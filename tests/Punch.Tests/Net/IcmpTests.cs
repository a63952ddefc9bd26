using System.Net.Sockets;
using Punch.Net;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Xunit;

namespace Punch.Tests.Net;

public sealed class IcmpTests
{
    [Theory]
    [InlineData("127.0.0.1:0", 3, 3)]
    [InlineData("[::1]:0", 1, 4)]
    public void A_refusal_is_reported_with_its_origin_and_the_loop_goes_on(string local, byte type, byte code)
    {
        using UdpSocket a = BindOnLinux(local);
        using var closed = new ClosedPort(TransportAddress.Parse(local));
        var machine = new PingPong(a.Local, closed.Address, [1], enough: 1);
        // Only once the refusal is known, a datagram arrives that can end the machine.
        var heard = new Listener { OnReport = _ => a.Send([2], a.Local) };
        machine.Serve();

        ProtocolLoopTests.Loop(machine, heard, a).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal(1, machine.Heard);
        Assert.Equal(new IcmpReport(IcmpKind.PortUnreachable, closed.Address, closed.Address.Host, type, code), heard.Reports[0]);
        Assert.True(heard.Reports[0].IsRefusal);
        Assert.Equal(NetworkNotice.Refused(closed.Address, closed.Address.Host), machine.Notices[0]);
        Assert.Empty(heard.SendErrors);
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::1]:0")]
    public void An_error_that_is_pending_costs_no_datagram_either_way(string local)
    {
        using UdpSocket a = BindOnLinux(local);
        using UdpSocket peer = BindOnLinux(local);
        using var closed = new ClosedPort(TransportAddress.Parse(local));
        byte[] buffer = new byte[8];

        for (byte i = 0; i < 20; i++)
        {
            Assert.Equal(SocketError.Success, a.Send([0], closed.Address));
            Assert.Equal(SocketError.Success, a.Send([i], peer.Local));
            Assert.Equal(SocketError.Success, a.Send([0], closed.Address));
            peer.Send([i, i], a.Local);

            Assert.True(Loopback.WaitFor(peer, buffer, out _, out int length));
            Assert.Equal((1, i), (length, buffer[0]));
            Assert.True(Loopback.WaitFor(a, buffer, out _, out length));
            Assert.Equal((2, i), (length, buffer[0]));
        }

        Assert.Equal(40, Take(a));
    }

    [Fact]
    public void A_flood_of_errors_is_taken_up_to_its_limit_and_then_no_longer_listened_to()
    {
        using UdpSocket a = BindOnLinux("127.0.0.1:0");
        using var closed = new ClosedPort(Loopback.V4);

        for (int i = 0; i < IcmpQueue.MaxAtOnce + 1; i++) { a.Send([0], closed.Address); }

        PassThroughLoopback(a);
        Assert.Equal(IcmpQueue.MaxAtOnce, Take(a));
        for (int i = 0; i < 5; i++) { Assert.Equal(SocketError.Success, a.Send([0], closed.Address)); }

        PassThroughLoopback(a);
        Assert.Equal(0, Take(a));
    }

    [Fact]
    public void As_many_errors_as_the_limit_allows_leave_room_for_datagrams()
    {
        using UdpSocket a = BindOnLinux("127.0.0.1:0");
        using var closed = new ClosedPort(Loopback.V4);
        byte[] large = new byte[1_400];
        for (int i = 0; i < IcmpQueue.MaxAtOnce - 1; i++) { a.Send(large, closed.Address); }

        for (int i = 0; i < 20; i++) { a.Send(large, a.Local); }

        byte[] buffer = new byte[2_048];
        for (int i = 0; i < 20; i++) { Assert.True(Loopback.WaitFor(a, buffer, out _, out _)); }

        Assert.Equal(IcmpQueue.MaxAtOnce - 1, Take(a));
    }

    [Fact]
    public void An_error_in_front_of_several_sockets_wakes_the_loop_once()
    {
        using UdpSocket a = BindOnLinux("127.0.0.1:0");
        using UdpSocket b = BindOnLinux("127.0.0.1:0");
        using var closed = new ClosedPort(Loopback.V4);
        var machine = new PingPong(a.Local, closed.Address, [1], enough: 1);
        var heard = new Listener { OnReport = _ => a.Send([2], b.Local) };
        machine.Serve();

        ProtocolLoopTests.Loop(machine, heard, a, b).RunToEnd(TestContext.Current.CancellationToken);

        Assert.Equal(1, machine.Heard);
        Assert.InRange(heard.Reports.Count, 1, 2);
    }

    [Fact]
    public void Errors_of_this_machine_are_not_ICMP_reports()
    {
        byte[] control = Control(origin: 1, type: 3, code: 4);

        Assert.False(IcmpControl.TryRead(SockAddrV4(), control, isV6: false, out _));
    }

    [Theory]
    [InlineData(3, 0, IcmpKind.NetworkUnreachable)]
    [InlineData(3, 1, IcmpKind.HostUnreachable)]
    [InlineData(3, 2, IcmpKind.Other)]
    [InlineData(3, 3, IcmpKind.PortUnreachable)]
    [InlineData(3, 4, IcmpKind.TooBig)]
    [InlineData(3, 9, IcmpKind.Prohibited)]
    [InlineData(3, 10, IcmpKind.Prohibited)]
    [InlineData(3, 13, IcmpKind.Prohibited)]
    [InlineData(11, 0, IcmpKind.HopLimitExceeded)]
    [InlineData(11, 1, IcmpKind.Other)]
    [InlineData(12, 0, IcmpKind.Other)]
    public void The_kinds_of_ICMP_are_distinguished(byte type, byte code, IcmpKind kind)
    {
        Assert.True(IcmpControl.TryRead(SockAddrV4(), Control(origin: 2, type, code), isV6: false, out IcmpReport report));

        Assert.Equal(
            new IcmpReport(kind, TransportAddress.Parse("192.0.2.1:6311"), HostAddress.Parse("198.51.100.9"), type, code),
            report);
    }

    [Theory]
    [InlineData(1, 0, IcmpKind.NetworkUnreachable)]
    [InlineData(1, 1, IcmpKind.Prohibited)]
    [InlineData(1, 2, IcmpKind.Other)]
    [InlineData(1, 3, IcmpKind.HostUnreachable)]
    [InlineData(1, 4, IcmpKind.PortUnreachable)]
    [InlineData(1, 5, IcmpKind.Prohibited)]
    [InlineData(1, 6, IcmpKind.Prohibited)]
    [InlineData(2, 0, IcmpKind.TooBig)]
    [InlineData(3, 0, IcmpKind.HopLimitExceeded)]
    [InlineData(3, 1, IcmpKind.Other)]
    public void The_kinds_of_ICMPv6_are_distinguished(byte type, byte code, IcmpKind kind)
    {
        byte[] control = [.. Control(origin: 3, type, code)[..32], .. new byte[28]];
        (control[8], control[12]) = (41, 25);

        Assert.True(IcmpControl.TryRead(new byte[28], control, isV6: true, out IcmpReport report));

        Assert.Equal((kind, type, code), (report.Kind, report.Type, report.Code));
    }

    [Fact]
    public void A_control_message_cut_anywhere_never_throws()
    {
        byte[] control = Control(origin: 2, type: 3, code: 3);

        for (int length = 0; length < control.Length; length++)
        {
            bool isRead = IcmpControl.TryRead(SockAddrV4(), control.AsSpan(0, length), isV6: false, out IcmpReport report);

            Assert.Equal(length >= 32, isRead);
            Assert.Equal(length >= 40, report.By is not null);
        }
    }

    [Fact]
    public void The_report_is_found_behind_another_control_message()
    {
        byte[] packetInfo = [28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, .. new byte[16]];

        byte[] both = [.. packetInfo, .. Control(origin: 2, type: 3, code: 3)];

        Assert.True(IcmpControl.TryRead(SockAddrV4(), both, isV6: false, out IcmpReport report));
        Assert.Equal(IcmpKind.PortUnreachable, report.Kind);
        Assert.False(IcmpControl.TryRead(SockAddrV4(), packetInfo, isV6: false, out _));
    }

    [Fact]
    public void A_refusal_is_reported_on_a_wildcard_too()
    {
        using UdpSocket a = BindOnLinux("0.0.0.0:0");
        using var closed = new ClosedPort(Loopback.V4);

        a.Send([1], closed.Address);
        a.Send([2], closed.Address);
        Assert.False(a.TryReceive(TimeSpan.FromMilliseconds(200)));

        Assert.True(a.TryTakeIcmp(out IcmpReport report));
        Assert.Equal((IcmpKind.PortUnreachable, closed.Address), (report.Kind, report.SentTo));
    }

    private static UdpSocket BindOnLinux(string local)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells of ICMP errors");
        return UdpSocketTests.Bind(local, "Linux");
    }

    // The loopback interface keeps the order. So earlier datagrams have arrived, and their errors have come back.
    private static void PassThroughLoopback(UdpSocket socket)
    {
        socket.Send([1], socket.Local);
        Assert.True(Loopback.WaitFor(socket, new byte[8], out _, out _));
    }

    private static int Take(UdpSocket socket)
    {
        int taken = 0;
        while (socket.TryTakeIcmp(out _)) { taken++; }

        return taken;
    }

    // 192.0.2.1:6311
    private static byte[] SockAddrV4() => [2, 0, 0x18, 0xA7, 192, 0, 2, 1, .. new byte[8]];

    // cmsghdr of a 64-bit system, sock_extended_err, sockaddr_in of 198.51.100.9
    private static byte[] Control(byte origin, byte type, byte code) =>
    [
        48, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0,
        111, 0, 0, 0, origin, type, code, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        2, 0, 0, 0, 198, 51, 100, 9, .. new byte[8],
    ];
}
