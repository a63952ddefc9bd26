using System.Text;
using Punch.Protocol.Forwarding;
using Xunit;

namespace Punch.Tests.Forwarding;

public sealed class OpenMessageTests
{
    public static TheoryData<OpenKind, string, ulong> Requests => new()
    {
        { OpenKind.Connect, "localhost", 22 },
        { OpenKind.Connect, "::1", 65_535 },
        { OpenKind.Datagrams, new string('x', OpenRequest.MaxText), 53 },
        { OpenKind.Unix, "/run/x.sock", 0 },
        { OpenKind.Listen, "", 0 },
        { OpenKind.Accepted, "192.0.2.1:7", ulong.MaxValue >> 2 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_is_read_as_it_was_written_and_not_before_it_is_whole(OpenKind kind, string text, ulong number)
    {
        var request = new OpenRequest(kind, text, number);
        byte[] bytes = new byte[OpenRequest.MaxLength];
        int length = request.Write(bytes);

        for (int i = 0; i < length; i++) { Assert.Equal(ReadOutcome.Incomplete, OpenRequest.Read(bytes.AsSpan(0, i), out _, out _)); }

        Assert.Equal(ReadOutcome.Whole, OpenRequest.Read(bytes, out OpenRequest read, out int used));
        Assert.Equal((request, length), (read, used));
    }

    [Theory]
    [InlineData(OpenKind.Connect, "local\nhost", 22UL)]
    [InlineData(OpenKind.Connect, "\u001b[2J", 22UL)]
    [InlineData(OpenKind.Connect, "localhost", 65_536UL)]
    [InlineData((OpenKind)0, "localhost", 22UL)]
    [InlineData((OpenKind)8, "localhost", 22UL)]
    public void A_request_that_makes_no_sense_is_broken(OpenKind kind, string text, ulong number)
    {
        byte[] bytes = new byte[OpenRequest.MaxLength];
        int length = new OpenRequest(kind, text, number).Write(bytes);

        Assert.Equal(ReadOutcome.Broken, OpenRequest.Read(bytes.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void A_text_that_is_too_long_or_no_text_is_broken()
    {
        Assert.Equal(ReadOutcome.Broken, OpenRequest.Read([1, 22, 0x41, 0x00], out _, out _));
        Assert.Equal(ReadOutcome.Broken, OpenRequest.Read([1, 22, 2, 0xC3, 0x28], out _, out _));
    }

    [Fact]
    public void A_reply_is_read_as_it_was_written_and_an_unknown_one_is_a_failure()
    {
        byte[] bytes = new byte[OpenReply.MaxLength];
        int length = new OpenReply(OpenStatus.PortTaken, 40_000).Write(bytes);

        Assert.Equal(ReadOutcome.Incomplete, OpenReply.Read(bytes.AsSpan(0, length - 1), out _, out _));
        Assert.Equal(ReadOutcome.Whole, OpenReply.Read(bytes, out OpenReply reply, out int used));
        Assert.Equal((new OpenReply(OpenStatus.PortTaken, 40_000), length), (reply, used));
        Assert.Equal(ReadOutcome.Whole, OpenReply.Read([63, 0], out reply, out _));
        Assert.Equal(OpenStatus.Failed, reply.Status);
    }

    [Fact]
    public void Any_bytes_are_read_without_a_fault()
    {
        var random = new Random(7);
        byte[] bytes = new byte[300];
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] %= 9;
            if (i % 2 == 0) { bytes[2] %= 40; }

            ReadOutcome outcome = OpenRequest.Read(bytes.AsSpan(0, random.Next(bytes.Length)), out OpenRequest request, out int length);
            Assert.True(outcome != ReadOutcome.Whole || (length <= bytes.Length && Encoding.UTF8.GetByteCount(request.Text) <= OpenRequest.MaxText));
            OpenReply.Read(bytes.AsSpan(random.Next(290)), out _, out _);
            SocksMessages.ReadRequest(bytes.AsSpan(0, random.Next(bytes.Length)), out _, out _, out _);
            SocksMessages.TryReadDatagram(bytes.AsSpan(0, random.Next(bytes.Length)), out _, out _);
        }
    }
}
