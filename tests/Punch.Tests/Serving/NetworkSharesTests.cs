using Punch.Serving.Limits;
using Xunit;

namespace Punch.Tests.Serving;

public sealed class NetworkSharesTests
{
    private const int Places = 6_400;

    /// <summary>All places are requested, from eight parts of the network, so that each part holds something.</summary>
    [Theory]
    [InlineData("/24", 100, "192.0.2.200", "192.0.3.1")]
    [InlineData("/16", 400, "192.0.200.1", "192.1.0.1")]
    [InlineData("/56", 100, "2001:db8:1:2ee::1", "2001:db8:1:300::1")]
    [InlineData("/48", 400, "2001:db8:1:ee00::1", "2001:db8:2::1")]
    [InlineData("/32", 800, "2001:db8:ee::1", "2001:db9::1")]
    public void No_network_takes_more_than_its_share(string width, int share, string newcomer, string neighbour)
    {
        var shares = new NetworkShares(ShareLimits.OfRooms(Places), Places, (1, 2));
        int taken = 0;
        for (int i = 0; i < Places; i++) { taken += shares.TryEnter(Host(HostIn(width, i, parts: 8)), Places - taken) ? 1 : 0; }

        Assert.Equal(share, taken);
        Assert.True(shares.TryEnter(Host(newcomer), Places - taken), "a part of it that holds none");
        Assert.False(shares.TryEnter(Host(newcomer), Places - taken), "one that holds one");
        Assert.True(shares.TryEnter(Host(neighbour), Places - taken), "the network beside it");
        Assert.True(shares.TryEnter(Host(neighbour), Places - taken), "the network beside it, again");
    }

    /// <summary>Parts that hold none cannot take the network beyond twice its share, however many there are.</summary>
    [Theory]
    [InlineData("/24", 200)]
    [InlineData("/16", 400 + 16)]
    [InlineData("/56", 200)]
    [InlineData("/48", 400 + 16)]
    [InlineData("/32", 1600)]
    public void A_network_of_many_parts_takes_less_than_twice_its_share(string width, int most)
    {
        var shares = new NetworkShares(ShareLimits.OfRooms(Places), Places, (1, 2));
        int taken = 0;
        for (int i = 0; i < Places; i++) { taken += shares.TryEnter(Host(HostIn(width, i, parts: 65_536)), Places - taken) ? 1 : 0; }

        Assert.InRange(taken, most / 2, most);
        Assert.True(shares.TryEnter(Host("198.51.100.1"), Places - taken));
    }

    [Fact]
    public void The_last_tenth_is_for_hosts_that_hold_none_in_networks_that_hold_little()
    {
        var shares = new NetworkShares(ShareLimits.OfRooms(Places), Places, (1, 2));
        const int Free = Places / 10;
        Assert.True(shares.TryEnter(Host("192.0.2.1"), Free + 1));
        Assert.True(shares.TryEnter(Host("192.0.2.1"), Free + 1));

        Assert.False(shares.TryEnter(Host("192.0.2.1"), Free));
        int taken = 0;
        for (int i = 3; i < 200; i++) { taken += shares.TryEnter(Host($"192.0.{i}.1"), Free) ? 1 : 0; }

        Assert.Equal((Places / 16 / 10) - 2, taken);
        taken = 0;
        for (int i = 0; i < 200; i++) { taken += shares.TryEnter(Host($"198.51.100.{i}"), Free) ? 1 : 0; }

        Assert.Equal(Places / 64 / 10, taken);
    }

    [Fact]
    public void A_small_table_is_one_household_s_up_to_its_last_tenth()
    {
        var shares = new NetworkShares(ShareLimits.OfRooms(10), 10, (1, 2));
        int taken = 0;
        for (int i = 0; i < 20; i++) { taken += shares.TryEnter(Host("192.0.2.1"), 10 - taken) ? 1 : 0; }

        Assert.Equal(9, taken);
        Assert.True(shares.TryEnter(Host("198.51.100.1"), 1));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again_and_leaves_nothing_behind()
    {
        var shares = new NetworkShares(ShareLimits.OfRooms(64), 64, (1, 2));
        string[] clients = ["192.0.2.1", "192.0.3.1", "2001:db8::1", "2001:db8:0:100::1", "2001:db8:1::1"];
        foreach (string client in clients) { Assert.True(shares.TryEnter(Host(client), 64)); }

        Assert.Equal(5 + 5 + 3 + 1, shares.Networks); // hosts, sites, regions and a provider
        foreach (string client in clients) { shares.Leave(Host(client)); }

        Assert.Equal(0, shares.Networks);
    }

    [Fact]
    public void Without_shares_all_may_enter_and_nothing_is_counted()
    {
        var shares = new NetworkShares(ShareLimits.None, Places, (1, 2));
        for (int i = 0; i < 2 * Places; i++) { Assert.True(shares.TryEnter(Host("192.0.2.1"), free: 1)); }

        Assert.Equal(0, shares.Networks);
        shares.Leave(Host("192.0.2.1"));
    }

    [Fact]
    public void Counts_are_those_of_a_plain_dictionary()
    {
        var random = new SplitMix64(3);
        var counts = new NetworkCounts(expected: 4, (1, 2)); // long chains
        var plain = new Dictionary<NetworkName, int>();
        for (int step = 0; step < 20_000; step++)
        {
            var network = new NetworkName((ulong)random.NextInt(50));
            int held = plain.GetValueOrDefault(network);
            Assert.Equal(held, counts[network]);
            if (held > 0 && random.NextInt(2) == 0)
            {
                counts.Subtract(network);
                plain[network] = held - 1;
            }
            else
            {
                counts.Add(network);
                plain[network] = held + 1;
            }

            Assert.Equal(plain.Values.Count(each => each > 0), counts.Networks);
        }
    }

    private static string HostIn(string width, int number, int parts) => width switch
    {
        "/24" => $"192.0.2.{number % parts % 256}",
        "/16" => $"192.0.{number % parts % 256}.1",
        "/56" => $"2001:db8:1:2{number % parts % 256:x2}::1",
        "/48" => $"2001:db8:1:{number % parts % 256 * 256:x}::1",
        _ => $"2001:db8:{number % parts:x}::1",
    };

    private static NetworkName Host(string host) => NetworkName.Of(HostAddress.Parse(host));
}
