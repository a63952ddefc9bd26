using Punch.Protocol.Streams;
using Xunit;

namespace Punch.Tests.Streams.Parts;

public sealed class ByteRingTests
{
    [Fact]
    public void Bytes_stay_where_they_are_while_the_ring_turns_and_grows()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            var random = new SplitMix64(seed);
            var ring = new ByteRing();
            ulong end = 0;
            for (int step = 0; step < 200; step++)
            {
                int ahead = random.NextInt(step < 100 ? 3_000 : 30_000);
                byte[] bytes = [.. Enumerable.Range(0, random.NextInt(3_000)).Select(i => At(end + (ulong)i))];
                ring.Write(end, bytes);
                ring.Write(end + (ulong)bytes.Length + (ulong)ahead, [1]);
                end += (ulong)bytes.Length;
                if (random.NextInt(3) == 0) { ring.Drop(ring.Start + (ulong)random.NextInt((int)(end - ring.Start) + 1)); }

                Claim(ring, end, ref random);
            }
        }
    }

    [Fact]
    public void A_full_ring_grows_to_the_next_power_of_two()
    {
        var ring = new ByteRing();

        Assert.Equal(0, ring.Capacity);
        ring.Write(0, new byte[4_096]);
        Assert.Equal(4_096, ring.Capacity);
        ring.Drop(10);
        ring.Write(4_096, new byte[10]);
        Assert.Equal(4_096, ring.Capacity);
        ring.Write(4_106, new byte[1]);
        Assert.Equal(8_192, ring.Capacity);
        ring.Free();
        Assert.Equal(0, ring.Capacity);
        Assert.True(ring.Front(5).IsEmpty);
    }

    [Fact]
    public void The_front_ends_where_the_ring_turns()
    {
        var ring = new ByteRing();
        ring.Write(0, new byte[4_000]);
        ring.Drop(4_000);
        ring.Write(4_000, new byte[1_000]);

        Assert.Equal(96, ring.Front(1_000).Length);
        Assert.Equal(50, ring.Front(50).Length);
        ring.Drop(4_096);
        Assert.Equal(904, ring.Front(904).Length);
    }

    private static byte At(ulong offset) => unchecked((byte)(offset * 31 + (offset >> 8)));

    private static void Claim(ByteRing ring, ulong end, ref SplitMix64 random)
    {
        ulong from = ring.Start + (ulong)random.NextInt((int)(end - ring.Start) + 1);
        byte[] read = new byte[end - from];
        ring.Read(from, read);
        ReadOnlySpan<byte> front = ring.Front((int)(end - ring.Start));

        for (int i = 0; i < read.Length; i++) { Assert.Equal(At(from + (ulong)i), read[i]); }

        for (int i = 0; i < front.Length; i++) { Assert.Equal(At(ring.Start + (ulong)i), front[i]); }
    }
}
