using System.Text;
using Xunit;

namespace Punch.Tests.Channels;

public sealed class DataCutTests
{
    [Theory]
    [InlineData("one\ntwo\n", true, 4)]
    [InlineData("one\ntwo\n", false, 4)]
    [InlineData("\n\n", false, 1)]
    [InlineData("half", false, 0)]
    [InlineData("half", true, 4)]
    [InlineData("", true, 0)]
    public void A_line_is_a_datagram_with_its_end(string stream, bool isLast, int length) =>
        Assert.Equal(length, DataCut.Next(Encoding.ASCII.GetBytes(stream), isLast));

    [Theory]
    [InlineData(1199, 0)]
    [InlineData(1200, 1200)]
    [InlineData(5000, 1200)]
    public void A_line_that_is_too_long_is_cut(int stream, int length) => Assert.Equal(length, DataCut.Next(new byte[stream], isLast: false));

    [Theory]
    [InlineData("2026-11-22 14:23:01 +0000 punch/1 id=5f0c9a77d1e2b340 seq=17 held up\n")]
    [InlineData(" punch/2")]
    [InlineData("a punch/1 id=1 seq=1 punch/1 id=1 seq=1 punch/1 id=1 seq=1\n")]
    public void Data_that_looks_like_a_message_is_cut_until_no_piece_does(string line)
    {
        byte[] rest = Encoding.ASCII.GetBytes(line);
        int pieces = 0;
        while (rest.Length > 0)
        {
            int length = DataCut.Next(rest, isLast: true);
            Assert.Equal(PeerMessageParse.Foreign, PeerMessage.Parse(rest.AsSpan(0, length), out _, out _));
            rest = rest[length..];
            pieces++;
        }

        Assert.InRange(pieces, 2, 4);
    }

    [Fact]
    public void Any_bytes_come_out_again_and_no_piece_is_empty_too_long_or_a_message()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var random = new SplitMix64(seed);
            byte[] stream = [.. Enumerable.Range(0, 20_000).Select(_ => "\n /1aehinpcusdq="u8[(int)(random.Next() % 16)])];
            int at = 0;
            while (at < stream.Length)
            {
                int length = DataCut.Next(stream.AsSpan(at), isLast: true);
                Assert.InRange(length, 1, IDataPath.MaxLength);
                Assert.True(PeerMessage.Parse(stream.AsSpan(at, length), out _, out _) == PeerMessageParse.Foreign, $"seed {seed} at {at}");
                at += length;
            }
        }
    }
}
