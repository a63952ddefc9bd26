using Xunit;

namespace Punch.Tests.Stun;

public sealed class StreamFramingTests
{
    private const string Binding = "000100002112a442000102030405060708090a0b";

    [Theory]
    [InlineData("", 0)]
    [InlineData("00", 0)]
    [InlineData("000100", 0)]
    [InlineData("00010000", 20)]
    [InlineData("000100002112a442000102030405060708090a", 20)]
    [InlineData("4000", 0)]
    [InlineData("40000005", 12)]
    [InlineData("4000000580010203040000", 12)] // a byte of padding is not there yet
    [InlineData("4000ffff", StreamFraming.MaxFrame)]
    public void An_incomplete_frame_waits_and_says_its_length_once_known(string hex, int expected)
    {
        Assert.Equal(StreamFrame.Partial, StreamFraming.Read(Convert.FromHexString(hex), out int whole, out Range payload));

        Assert.Equal((expected, default), (whole, payload));
    }

    [Theory]
    [InlineData(Binding, 20, 0, 20)]
    [InlineData(Binding + "40", 20, 0, 20)]
    [InlineData("40000000", 4, 4, 4)]
    [InlineData("4000000580010203040000004000", 12, 4, 9)]
    [InlineData("4fff000480010203", 8, 4, 8)]
    public void A_complete_frame_is_found(string hex, int length, int start, int end)
    {
        byte[] held = Convert.FromHexString(hex);

        Assert.Equal(StreamFrame.Whole, StreamFraming.Read(held, out int whole, out Range payload));

        Assert.Equal((length, start, end), (whole, payload.GetOffsetAndLength(held.Length).Offset, payload.End.GetOffset(held.Length)));
    }

    [Theory]
    [InlineData("80")]
    [InlineData("50000000")] // a channel number that RFC 8656 reserves
    [InlineData("160301010001")] // a TLS hello
    [InlineData("000100002113")]
    [InlineData("00010002")]
    [InlineData("0001fffc")]
    public void Other_bytes_break_the_stream_as_soon_as_that_is_certain(string hex)
    {
        StreamFrame frame = StreamFraming.Read(Convert.FromHexString(hex), out int whole, out _);

        Assert.Equal((StreamFrame.Broken, 0), (frame, whole));
    }

    [Theory]
    [InlineData(Binding, Binding)]
    [InlineData("8001020304", "40000005800102030400" + "0000")]
    [InlineData("80010203", "4000000480010203")]
    [InlineData("", "40000000")]
    [InlineData("000100042112a442000102030405060708090a0b", "40000014" + "000100042112a442000102030405060708090a0b")] // its length is wrong
    [InlineData("0001", "4000000200010000")]
    public void A_datagram_is_a_frame_of_its_own_or_on_the_channel(string datagram, string expected)
    {
        byte[] frame = new byte[64];
        frame.AsSpan().Fill(0xFF);

        int length = StreamFraming.Write(Convert.FromHexString(datagram), StreamFraming.OwnChannel, frame);

        Assert.Equal(expected, Convert.ToHexStringLower(frame.AsSpan(0, length)));
        Assert.Equal(0xFF, frame[length]);
    }

    [Fact]
    public void The_longest_datagram_fits_and_a_longer_one_or_a_short_buffer_does_not()
    {
        byte[] frame = new byte[StreamFraming.MaxFrame];

        Assert.Equal(frame.Length, StreamFraming.Write(new byte[StreamFraming.MaxDatagram], StreamFraming.OwnChannel, frame));
        Assert.Equal(StreamFrame.Whole, StreamFraming.Read(frame, out int whole, out Range payload));
        Assert.Equal((frame.Length, StreamFraming.MaxDatagram), (whole, frame[payload].Length));
        Assert.Equal(0, StreamFraming.Write(new byte[StreamFraming.MaxDatagram + 1], StreamFraming.OwnChannel, new byte[70_000]));
        Assert.Equal(0, StreamFraming.Write([0x80], StreamFraming.OwnChannel, new byte[7]));
        Assert.Equal(0, StreamFraming.Write(Convert.FromHexString(Binding), StreamFraming.OwnChannel, new byte[19]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_row_of_datagrams_comes_out_as_it_went_in(int seed)
    {
        var random = new Random(seed);
        byte[][] sent = [.. Enumerable.Range(0, 200).Select(i => Datagram(random, isStun: i % 3 == 0))];
        byte[] room = new byte[StreamFraming.MaxFrame];
        byte[] stream = [.. sent.SelectMany(each => room[..StreamFraming.Write(each, StreamFraming.OwnChannel, room)])];
        List<byte[]> received = [];

        for (int at = 0; at < stream.Length;)
        {
            Assert.Equal(StreamFrame.Whole, StreamFraming.Read(stream.AsSpan(at), out int whole, out Range payload));
            received.Add(stream[at..][payload]);
            at += whole;
        }

        Assert.Equal(sent, received);
    }

    private static byte[] Datagram(Random random, bool isStun)
    {
        byte[] datagram = new byte[random.Next(1500)];
        random.NextBytes(datagram);
        return isStun ? Convert.FromHexString(Binding) : datagram;
    }
}
