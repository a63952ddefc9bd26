using Xunit;

namespace Punch.Tests.Discovery;

/// <summary>Which ports are a sequence, and which are not.</summary>
public sealed class AllocationInferenceTests
{
    private const ushort FirstPort = 1024;
    private const int Ports = 64_512;
    private const int Burst = 5;
    private const int LargestSmallStep = 10;

    public static TheoryData<int> Steps { get; } = [1, 2, 3, 5, 8, 16, 64, 100, 256, 1000, 1024, -1, -2, -7, -1024];

    /// <summary>
    /// One of the sockets has a mapping of an earlier run, at any place of the burst. The mapping may be anywhere, but not right beside the
    /// new ones if the steps are as large as in a small block of random ports.
    /// </summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public void One_stale_mapping_does_not_hide_a_sequence(int step)
    {
        for (ulong seed = 1; seed <= 2000; seed++)
        {
            var random = new SplitMix64(seed);
            int first = FirstPort + (Burst * 1024) + random.NextInt(Ports - (2 * Burst * 1024));
            int[] ports = [.. Enumerable.Range(0, Burst).Select(i => first + (i * step))];
            int stale = random.NextInt(Burst);
            for (int i = stale + 1; i < Burst; i++) { ports[i] -= step; }

            ports[stale] = FirstPort + random.NextInt(Ports);
            bool isBeside = Math.Abs(step) > LargestSmallStep && Math.Abs(ports[stale] - first) < 4096 + Math.Abs(step);
            if (ports.Distinct().Count() < Burst || isBeside) { continue; }

            AllocationFinding found = Infer(ports);

            Assert.True(found.Allocation.Value == PortAllocation.Sequential, $"seed {seed}: {string.Join(' ', ports)} is {found.Allocation}");
            bool isOnFinerLadder = Math.Abs(found.Step!.Value) < Math.Abs(step) && step % found.Step.Value == 0;
            Assert.True(found.Step == step || isOnFinerLadder, $"seed {seed}: {string.Join(' ', ports)} has step {found.Step}");
        }
    }

    /// <summary>
    /// A report that is repeated soon. The first one's mappings are a few ports away, and other hosts took some in between.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(4)]
    public void A_stale_mapping_close_by_does_not_hide_a_sequence(int step)
    {
        for (int away = 1; away <= 500; away++)
        {
            int[] ports = [20_000, 20_000 - (away * step), 20_000 + step, 20_000 + (2 * step), 20_000 + (3 * step)];

            AllocationFinding found = Infer(ports);

            Assert.True(found.Allocation.Value == PortAllocation.Sequential, $"{away} away: {found.Allocation}");
            Assert.Equal(Math.Abs(step), Math.Abs(found.Step!.Value));
        }
    }

    /// <summary>It happens once in five million bursts, counted over 400 million. It happens with none of these seeds.</summary>
    [Fact]
    public void Random_ports_are_not_a_sequence()
    {
        var random = new SplitMix64(1);
        for (int run = 0; run < 30_000; run++)
        {
            int[] ports = [.. Enumerable.Range(0, Burst).Select(_ => FirstPort + random.NextInt(Ports))];

            AllocationFinding found = Infer(ports);

            Assert.True(found.Allocation.Value == PortAllocation.Random, $"run {run}: {string.Join(' ', ports)} is {found.Allocation}");
        }
    }

    /// <summary>Two ports left out of five would be a ladder of three, which random ports often are.</summary>
    [Fact]
    public void Two_strays_are_too_many() =>
        Assert.Equal(PortAllocation.Random, Infer(20_000, 20_001, 20_002, 40_000, 60_000).Allocation.Value);

    /// <summary>Of four ports, three are too few to say.</summary>
    [Fact]
    public void A_stray_among_four_is_too_many() =>
        Assert.Equal(PortAllocation.Random, Infer(20_000, 20_001, 20_002, 40_000).Allocation.Value);

    private static AllocationFinding Infer(params int[] ports)
    {
        AllocationSample[] burst =
            [.. ports.Select((port, i) => new AllocationSample((ushort)i, new TransportAddress(DiscoveryRig.Public, (ushort)port)))];
        return AllocationInference.Infer(burst, burst);
    }
}
