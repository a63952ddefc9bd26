using System.Net;
using System.Net.Sockets;
using Punch.Server.Sockets;
using Xunit;

namespace Punch.Tests.Serve;

/// <summary>
/// Which replies leave merged, and that no receiver notices: over real sockets, with a kernel that cuts messages and one that refuses to.
/// </summary>
public sealed class AnswerQueueTests
{
    private const int UdpLevel = 17;

    public static TheoryData<string, string, bool> Sockets => new()
    {
        { "127.0.0.1", "127.0.0.1", true },
        { "127.0.0.1", "127.0.0.1", false },
        { "0.0.0.0", "127.0.0.5", true },
        { "0.0.0.0", "127.0.0.5", false },
        { "::1", "::1", true },
        { "::1", "::1", false },
        { "::", "::1", true },
        { "::", "::1", false },
    };

    [Theory]
    [MemberData(nameof(Sockets))]
    public void Answers_in_a_row_arrive_one_by_one_in_order_from_the_right_address(string bound, string asked, bool cuts)
    {
        using Rig rig = Rig.Start(bound, asked, cuts);
        using Socket client = rig.Client();

        // Twice, because a refusal must not harm later replies.
        for (int batch = 0; batch < 2; batch++)
        {
            for (int i = 0; i < IBatchSocket.MaxBatch; i++) { rig.Add(client, 32, (byte)i); }

            Assert.Equal(0, rig.Queue.Flush());

            for (int i = 0; i < IBatchSocket.MaxBatch; i++) { rig.AssertReceived(client, 32, (byte)i); }
        }

        Assert.Equal(cuts, rig.Queue.Merges);
        Assert.Equal(0, client.Available);
    }

    [Theory]
    [MemberData(nameof(Sockets))]
    public void Clients_and_lengths_may_alternate(string bound, string asked, bool cuts)
    {
        using Rig rig = Rig.Start(bound, asked, cuts);
        using Socket one = rig.Client();
        using Socket other = rig.Client();
        (Socket Client, int Length)[] answers =
        [
            (one, 32), (one, 32), (other, 32), (other, 32), (other, 32), (one, 32), (one, 44), (one, 44), (one, 32),
            (other, 600), (other, 600), (one, 4096), (one, 1), (one, 1), (one, 0), (one, 0), (other, 512), (other, 512),
        ];

        for (int i = 0; i < answers.Length; i++) { rig.Add(answers[i].Client, answers[i].Length, (byte)i); }

        Assert.Equal(0, rig.Queue.Flush());

        for (int i = 0; i < answers.Length; i++) { rig.AssertReceived(answers[i].Client, answers[i].Length, (byte)i); }

        Assert.Equal(cuts, rig.Queue.Merges);
    }

    [Theory]
    [InlineData(AnswerQueue.MaxMerged, 3 * AnswerQueue.MaxMerged)]
    [InlineData(AnswerQueue.MaxMergedFrame, 3 * AnswerQueue.MaxMergedFrame)]
    [InlineData(AnswerQueue.MaxMergedFrame + 1, AnswerQueue.MaxMergedFrame + 1)]
    public void What_fits_the_path_leaves_together_and_what_is_longer_alone(int length, int expected)
    {
        using Rig rig = Rig.Start("127.0.0.1", "127.0.0.1", cuts: true);
        using Socket client = rig.Client();
        SetOption(client, UdpLevel, 104); // UDP_GRO: shows it in one piece

        for (int i = 0; i < 3; i++) { rig.Add(client, length, (byte)i); }

        Assert.Equal(0, rig.Queue.Flush());

        Assert.Equal(expected, ServerRig.Receive(client).Bytes.Length);
    }

    /// <summary>More bytes than a datagram holds: 64 pieces of 1472 bytes.</summary>
    [Fact]
    public void Many_long_ones_leave_in_as_many_messages_as_they_need()
    {
        using Rig rig = Rig.Start("127.0.0.1", "127.0.0.1", cuts: true);
        using Socket client = rig.Client();

        for (int i = 0; i < IBatchSocket.MaxBatch; i++) { rig.Add(client, AnswerQueue.MaxMergedFrame, (byte)i); }

        Assert.Equal(0, rig.Queue.Flush());

        for (int i = 0; i < IBatchSocket.MaxBatch; i++) { rig.AssertReceived(client, AnswerQueue.MaxMergedFrame, (byte)i); }

        Assert.True(rig.Queue.Merges);
    }

    /// <summary>As on a path of a smaller MTU: the short ones go on together.</summary>
    [Fact]
    public void Long_ones_that_the_kernel_does_not_cut_leave_apart_for_a_while()
    {
        using Rig rig = Rig.Start("127.0.0.1", "127.0.0.1", cuts: false);
        using Socket client = rig.Client();
        for (int batch = 0; batch < 2; batch++)
        {
            for (int i = 0; i < 4; i++) { rig.Add(client, 1200, (byte)i); }

            Assert.Equal(0, rig.Queue.Flush());

            for (int i = 0; i < 4; i++) { rig.AssertReceived(client, 1200, (byte)i); }
        }

        Assert.True(rig.Queue.Merges);
    }

    [Fact]
    public void On_a_wildcard_what_leaves_from_different_addresses_is_not_merged()
    {
        using Rig rig = Rig.Start("0.0.0.0", "127.0.0.5", cuts: true);
        using Socket client = rig.Client();
        TransportAddress to = ServerRig.LocalOf(client);
        string[] from = ["127.0.0.5", "127.0.0.6", "127.0.0.6", "127.0.0.5"];

        foreach (string each in from) { rig.Queue.Add(HostAddress.Parse(each), to, 32); }

        Assert.Equal(0, rig.Queue.Flush());

        Assert.Equal(from, from.Select(_ => ServerRig.Receive(client).From.Host.ToString()));
    }

    /// <summary>A broadcast address, for which the socket has no permission.</summary>
    [Fact]
    public void Refused_answers_are_counted_each_and_hold_up_nobody()
    {
        using Rig rig = Rig.Start("127.0.0.1", "127.0.0.1", cuts: true);
        using Socket client = rig.Client();
        var forbidden = TransportAddress.Parse("127.255.255.255:9");

        rig.Add(client, 32, 1);
        for (int i = 0; i < 5; i++) { rig.Queue.Add(HostAddress.Parse("127.0.0.1"), forbidden, 32); }

        rig.Add(client, 32, 2);
        rig.Queue.Add(HostAddress.Parse("127.0.0.1"), forbidden, 44);

        Assert.Equal(6, rig.Queue.Flush());
        rig.AssertReceived(client, 32, 1);
        rig.AssertReceived(client, 32, 2);
        Assert.True(rig.Queue.Merges);
    }

    private static void SetOption(Socket socket, int level, int name) => socket.SetRawSocketOption(level, name, BitConverter.GetBytes(1));

    private sealed class Rig : IDisposable
    {
        private readonly Socket _socket;
        private readonly HostAddress _asked;
        private readonly bool _cuts;

        private Rig(Socket socket, HostAddress bound, HostAddress asked, bool cuts)
        {
            (_socket, _asked, _cuts) = (socket, asked, cuts);
            // Without checksums the kernel refuses to cut: SO_NO_CHECK; for IPv6 UDP_NO_CHECK6_TX.
            if (!cuts && asked.IsV6) { SetOption(socket, UdpLevel, 101); }
            else if (!cuts) { SetOption(socket, 1, 11); }

            Queue = new AnswerQueue((int)socket.SafeHandle.DangerousGetHandle(), bound);
        }

        public AnswerQueue Queue { get; }

        public static Rig Start(string bound, string asked, bool cuts)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
            var rig = new Rig(ServerRig.Client(bound), HostAddress.Parse(bound), HostAddress.Parse(asked), cuts);
            if (rig.Queue.Merges) { return rig; }

            rig.Dispose();
            Assert.Skip("needs a kernel with UDP_SEGMENT");
            return rig;
        }

        public Socket Client()
        {
            Socket client = ServerRig.Client(_asked.ToString());
            // UDP_NO_CHECK6_RX: datagrams without a checksum are accepted.
            if (!_cuts && _asked.IsV6) { SetOption(client, UdpLevel, 102); }

            return client;
        }

        public void Add(Socket client, int length, byte fill)
        {
            Queue.Room[..length].Fill(fill);
            Queue.Add(_asked, ServerRig.LocalOf(client), length);
        }

        public void AssertReceived(Socket client, int length, byte fill)
        {
            (byte[] bytes, TransportAddress from) = ServerRig.Receive(client);
            Assert.Equal(Enumerable.Repeat(fill, length), bytes);
            Assert.Equal(new TransportAddress(_asked, (ushort)((IPEndPoint)_socket.LocalEndPoint!).Port), from);
        }

        public void Dispose() => _socket.Dispose();
    }
}
