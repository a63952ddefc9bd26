using System.Net.Sockets;
using Punch.Net.Sockets;
using Punch.Net.Sockets.Linux;
using Xunit;

namespace Punch.Tests.Net;

/// <summary>Several datagrams in one call: by a kernel that cuts, and by one that refuses to in each known way.</summary>
public sealed class SegmentedSendTests
{
    private const int Size = 100;

    private static readonly TransportAddress To = TransportAddress.Parse("192.0.2.1:9");
    private static readonly TransportAddress Other = TransportAddress.Parse("192.0.2.2:9");

    /// <summary>EIO, EINVAL, EMSGSIZE, EOPNOTSUPP.</summary>
    public static TheoryData<int> Refusals => [5, 22, 90, 95];

    [Fact]
    public void A_kernel_that_cuts_gets_all_in_one_call()
    {
        var kernel = new Kernel();

        Assert.True(new SegmentedSend(kernel).Send(Loopback.Bytes(250), Size, To) >= 0);

        Assert.Equal([(250, Size)], kernel.Calls);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refused_batch_leaves_one_by_one_at_once_and_later_ones_to_there_do_so_too(int error)
    {
        var kernel = new Kernel { Refusal = error };
        var send = new SegmentedSend(kernel);

        Assert.True(send.Send(Loopback.Bytes(250), Size, To) >= 0);
        Assert.Equal([(250, Size), (100, 0), (100, 0), (50, 0)], kernel.Calls);
        Assert.Equal(Loopback.Bytes(250), kernel.Sent);

        kernel.Calls.Clear();
        Assert.True(send.Send(Loopback.Bytes(200), Size, To) >= 0);
        Assert.Equal([(100, 0), (100, 0)], kernel.Calls);

        kernel.Calls.Clear();
        kernel.Refusal = 0;
        Assert.True(send.Send(Loopback.Bytes(200), Size, Other) >= 0);
        Assert.Equal([(200, Size)], kernel.Calls);
    }

    [Fact]
    public void A_kernel_without_the_option_is_asked_once()
    {
        var kernel = new Kernel { Refusal = 92 }; // ENOPROTOOPT
        var send = new SegmentedSend(kernel);

        Assert.True(send.Send(Loopback.Bytes(200), Size, To) >= 0);
        Assert.True(send.Send(Loopback.Bytes(200), Size, Other) >= 0);

        Assert.Single(kernel.Calls, call => call.SegmentSize > 0);
        Assert.Equal(5, kernel.Calls.Count);
    }

    [Fact]
    public void Where_cutting_is_switched_off_the_kernel_is_not_asked()
    {
        var kernel = new Kernel { Cuts = false };

        Assert.True(new SegmentedSend(kernel).Send(Loopback.Bytes(200), Size, To) >= 0);

        Assert.Equal([(100, 0), (100, 0)], kernel.Calls);
    }

    [Fact]
    public void Many_refusing_destinations_end_the_asking_and_take_no_more_memory()
    {
        var kernel = new Kernel { Refusal = 5 };
        var send = new SegmentedSend(kernel);

        for (ushort port = 1; port <= 1000; port++) { send.Send(Loopback.Bytes(200), Size, To with { Port = port }); }

        Assert.Equal(SegmentedSend.MaxRefusing + 1, kernel.Calls.Count(call => call.SegmentSize > 0));
    }

    /// <summary>ENETUNREACH is no matter of the cutting.</summary>
    [Fact]
    public void Another_error_is_told_and_changes_nothing()
    {
        var kernel = new Kernel { Refusal = 101 };
        var send = new SegmentedSend(kernel);

        Assert.Equal(-101, send.Send(Loopback.Bytes(200), Size, To));
        Assert.Equal(-101, send.Send(Loopback.Bytes(200), Size, To));

        Assert.Equal([(200, Size), (200, Size)], kernel.Calls);
    }

    /// <summary>A path that no longer takes that size, whether cut or not.</summary>
    [Fact]
    public void What_is_refused_apart_too_is_told_and_the_kernel_is_asked_again()
    {
        var kernel = new Kernel { Refusal = 90, RefusesAll = true };
        var send = new SegmentedSend(kernel);

        Assert.Equal(-90, send.Send(Loopback.Bytes(200), Size, To));
        Assert.Equal(-90, send.Send(Loopback.Bytes(200), Size, To));

        Assert.Equal(2, kernel.Calls.Count(call => call.SegmentSize > 0));
    }

    [Theory]
    [MemberData(nameof(UdpSocketTests.Kinds), MemberType = typeof(UdpSocketTests))]
    public void Each_datagram_arrives_by_itself(string local, string kind)
    {
        using UdpSocket a = UdpSocketTests.Bind(local, kind);
        using UdpSocket b = UdpSocketTests.Bind(local, kind);

        AssertCarries(a, b);
    }

    [Theory]
    [InlineData("0.0.0.0:0", "127.0.0.1", "127.0.0.9")]
    [InlineData("[::]:0", "::1", "::1")]
    public void They_leave_from_the_chosen_address(string local, string to, string source)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Socket.OSSupportsIPv6, "needs Linux and IPv6");
        using var a = UdpSocket.Bind(TransportAddress.Parse(local));
        using var b = UdpSocket.Bind(new TransportAddress(HostAddress.Parse(to), 0));
        var from = HostAddress.Parse(source);

        Assert.Equal(SocketError.Success, a.Send(Loopback.Bytes(30), b.Local, new SendOptions { Source = from, SegmentSize = 10 }));

        byte[] buffer = new byte[64];
        for (int i = 0; i < 3; i++)
        {
            Assert.True(Loopback.WaitFor(b, buffer, out TransportAddress sender, out int length));
            Assert.Equal((new TransportAddress(from, a.Local.Port), 10), (sender, length));
        }
    }

    /// <summary>Without checksums a kernel refuses to cut, as it does for an interface that cannot make them.</summary>
    [Fact]
    public void Each_arrives_although_the_kernel_refuses_to_cut()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        using UdpSocket a = UdpSocketTests.Bind("127.0.0.1:0", "Linux");
        using UdpSocket b = UdpSocketTests.Bind("127.0.0.1:0", "Linux");
        using var handle = new SafeSocketHandle(((LinuxSocket)a.System).Descriptor, ownsHandle: false);
        using var socket = new Socket(handle);
        socket.SetRawSocketOption(1, 11, BitConverter.GetBytes(1)); // SO_NO_CHECK

        for (int i = 0; i < 3; i++) { AssertCarries(a, b); }
    }

    private static void AssertCarries(UdpSocket a, UdpSocket b)
    {
        byte[] buffer = new byte[2048];
        byte[] sent = Loopback.Bytes(1472 * 10 + 7);

        Assert.Equal(SocketError.Success, a.Send(sent, b.Local, new SendOptions { SegmentSize = 1472 }));

        foreach (ReadOnlySpan<byte> each in new Segments(sent, 1472))
        {
            Assert.True(Loopback.WaitFor(b, buffer, out TransportAddress from, out int length));
            Assert.Equal(a.Local, from);
            Assert.Equal(each, buffer.AsSpan(0, length));
        }
    }

    /// <summary>A kernel that takes everything, but for what it refuses.</summary>
    private sealed class Kernel : ISegmentCalls
    {
        public List<(int Length, int SegmentSize)> Calls { get; } = [];

        public List<byte> Sent { get; } = [];

        public bool Cuts { get; init; } = true;

        public int Refusal { get; set; }

        public bool RefusesAll { get; init; }

        public bool CanCut() => Cuts;

        public int TrySend(ReadOnlySpan<byte> bytes, int segmentSize)
        {
            Calls.Add((bytes.Length, segmentSize));
            if (Refusal != 0 && (RefusesAll || segmentSize > 0)) { return -Refusal; }

            Sent.AddRange(bytes);
            return bytes.Length;
        }
    }
}
