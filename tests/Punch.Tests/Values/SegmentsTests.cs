using Xunit;

namespace Punch.Tests.Values;

public sealed class SegmentsTests
{
    [Theory]
    [InlineData(0, 0, new[] { 0 })]
    [InlineData(0, 3, new[] { 0 })]
    [InlineData(7, 0, new[] { 7 })]
    [InlineData(7, 3, new[] { 3, 3, 1 })]
    [InlineData(6, 3, new[] { 3, 3 })]
    [InlineData(2, 3, new[] { 2 })]
    public void A_buffer_falls_into_datagrams_of_equal_size_and_a_shorter_last_one(int length, int size, int[] expected)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        List<int> lengths = [];
        List<byte> joined = [];

        foreach (ReadOnlySpan<byte> each in new Segments(bytes, size))
        {
            lengths.Add(each.Length);
            joined.AddRange(each);
        }

        Assert.Equal(expected, lengths);
        Assert.Equal(bytes, joined);
    }

    [Fact]
    public void A_transmit_names_its_part_of_the_buffer()
    {
        var transmit = new Transmit(default, default, 5) { SegmentSize = 2 };
        List<string> datagrams = [];

        foreach (ReadOnlySpan<byte> each in transmit.Datagrams("abcdefgh"u8)) { datagrams.Add(System.Text.Encoding.ASCII.GetString(each)); }

        Assert.Equal(["ab", "cd", "e"], datagrams);
    }
}
