using Xunit;

namespace Punch.Tests.Session;

public sealed class PeerSessionAllocationTests
{
    [Fact]
    public void A_flood_allocates_nothing_per_datagram()
    {
        var pair = SwappingPair.Flooding();
        pair.Swap(5_000);

        Assert.Equal(0, Allocation.Fewest(() => pair.Swap(100_000)));
        Assert.True(pair.AreOpen);
    }

    [Fact]
    public void Data_allocates_nothing_per_datagram()
    {
        var pair = SwappingPair.Flowing();
        pair.Swap(5_000);

        Assert.Equal(0, Allocation.Fewest(() => pair.Swap(100_000)));
        Assert.True(pair.Received > 50_000);
        Assert.Equal(0, pair.Lost);
    }
}
