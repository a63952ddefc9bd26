using System.Buffers.Binary;
using Punch.Net;
using Xunit;

namespace Punch.Tests.Net;

public sealed class EntropyTests
{
    [Fact]
    public void Numbers_do_not_repeat_and_every_bit_varies() => AssertRandom(Entropy.Next);

    [Fact]
    public void The_fallback_hides_the_fixed_bits_of_GUIDs() => AssertRandom(() =>
    {
        Span<byte> bytes = stackalloc byte[8];
        Entropy.FillFromGuids(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    });

    // 200 numbers leave a bit unchanged with a chance of 2^-199, and repeat with one of 2^-49.
    private static void AssertRandom(Func<ulong> next)
    {
        ulong[] numbers = [.. Enumerable.Range(0, 200).Select(_ => next())];

        Assert.Equal(200, numbers.Distinct().Count());
        Assert.Equal(ulong.MaxValue, numbers.Aggregate(0UL, (all, number) => all | number));
        Assert.Equal(0UL, numbers.Aggregate(ulong.MaxValue, (all, number) => all & number));
    }
}
