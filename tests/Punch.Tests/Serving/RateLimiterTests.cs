using Punch.Serving.Limits;
using Xunit;

namespace Punch.Tests.Serving;

public sealed class RateLimiterTests
{
    private static readonly RateLimit Limit = new(PerSecond: 10, Burst: 5);
    private static readonly HostAddress Host = HostAddress.Parse("192.0.2.1");
    private static readonly Instant Start = Instant.At(TimeSpan.FromDays(1));

    [Fact]
    public void A_network_gets_its_burst_and_not_one_more()
    {
        RateLimiter limiter = New();

        Assert.Equal(Limit.Burst, Served(limiter, Host, Start, tries: 100));
    }

    [Fact]
    public void A_token_comes_back_to_the_tick()
    {
        RateLimiter limiter = New();
        Served(limiter, Host, Start, tries: 100);
        Instant refilled = Start + TimeSpan.FromMilliseconds(100);

        Assert.Equal(0, Served(limiter, Host, new Instant(refilled.Ticks - 1), tries: 10));
        Assert.Equal(1, Served(limiter, Host, refilled, tries: 10));
    }

    [Fact]
    public void A_bucket_never_holds_more_than_its_burst()
    {
        RateLimiter limiter = New();
        Served(limiter, Host, Start, tries: 100);

        Assert.Equal(Limit.Burst, Served(limiter, Host, Start + TimeSpan.FromDays(100), tries: 100));
    }

    [Fact]
    public void A_steady_flood_gets_the_rate()
    {
        RateLimiter limiter = New();
        int served = 0;
        for (int ms = 0; ms < 60_000; ms++) { served += Served(limiter, Host, Start + TimeSpan.FromMilliseconds(ms), tries: 3); }

        Assert.Equal(Limit.Burst + (60 * Limit.PerSecond) - 1, served); // the last token comes at 60.0 s
    }

    [Fact]
    public void A_network_is_a_24_of_IPv4_and_a_56_of_IPv6()
    {
        (string One, string Other, bool IsShared)[] pairs =
        [
            ("192.0.2.0", "192.0.2.255", true),
            ("192.0.2.255", "192.0.3.0", false),
            ("2001:db8:0:ff::1", "2001:db8:0:0:ffff::1", true),
            ("2001:db8:0:ff::1", "2001:db8:0:100::1", false),
            ("0.0.1.0", "::", false),
        ];
        foreach ((string one, string other, bool isShared) in pairs)
        {
            RateLimiter limiter = New();
            Served(limiter, HostAddress.Parse(one), Start, tries: 100);

            Assert.Equal(isShared ? 0 : Limit.Burst, Served(limiter, HostAddress.Parse(other), Start, tries: 100));
        }
    }

    [Fact]
    public void Sharing_one_bucket_with_a_flood_costs_nothing()
    {
        // a small table: of many floods some share one bucket with the host, and none both
        for (ulong key = 0; key < 200; key++)
        {
            var limiter = new RateLimiter(Limit, (key, 1), buckets: 1024);
            for (int network = 0; network < 8; network++) { Served(limiter, V4(10, 0, network), Start, tries: 100); }

            Assert.Equal(Limit.Burst, Served(limiter, Host, Start, tries: 100));
        }
    }

    [Fact]
    public void With_only_one_bucket_all_share_it()
    {
        var limiter = new RateLimiter(Limit, (1, 2), buckets: 1);
        int served = 0;
        for (int network = 0; network < 100; network++) { served += Served(limiter, V4(10, 0, network), Start, tries: 1); }

        Assert.Equal(Limit.Burst, served);
    }

    [Fact]
    public void A_flood_from_forged_networks_does_not_starve_an_honest_one()
    {
        // 100,000 a second into two rows of 32,768: three a second for each bucket, with a rate of 20
        var limiter = new RateLimiter(RateLimit.Stun, (11, 12));
        var random = new SplitMix64(5);
        int served = 0;
        for (int i = 0; i < 500_000; i++)
        {
            Instant now = Start + TimeSpan.FromMicroseconds(10 * i);
            limiter.TryAcquire(V4(random.NextInt(223) + 1, random.NextInt(256), random.NextInt(256)), now);
            if (i % 10_000 == 0) { served += Served(limiter, Host, now, tries: 1); }
        }

        Assert.Equal(50, served);
    }

    [Fact]
    public void A_flood_beyond_the_tables_size_leaves_an_honest_network_its_share()
    {
        // 1,280 a second from forged networks into rows of 16 buckets with 10 tokens a second each: 8 times what they hold
        var limiter = new RateLimiter(Limit, (11, 12), buckets: 16);
        var random = new SplitMix64(5);
        int forged = 0, honest = 0, tries = 0;
        for (int i = 0; i < 12_800; i++)
        {
            Instant now = Start + TimeSpan.FromMicroseconds(781.25 * i);
            forged += Served(limiter, V4(random.NextInt(223) + 1, random.NextInt(256), random.NextInt(256)), now, tries: 1);
            if (i % 100 != 0) { continue; }

            tries++;
            honest += Served(limiter, Host, now, tries: 1);
        }

        double share = (double)honest / tries;
        double average = forged / 12_800.0;
        Assert.InRange(average, 0.1, 0.3);
        Assert.InRange(share, average / 2, average * 2);
    }

    [Fact]
    public void Another_key_makes_other_collisions()
    {
        HashSet<string> patterns = [];
        for (ulong key = 0; key < 20; key++)
        {
            var limiter = new RateLimiter(new RateLimit(1, 1), (key, 0), buckets: 16);
            patterns.Add(string.Concat(Enumerable.Range(0, 64).Select(network => Served(limiter, V4(10, 0, network), Start, tries: 1))));
        }

        Assert.Equal(20, patterns.Count);
    }

    [Fact]
    public void A_clock_that_starts_below_zero_is_a_clock()
    {
        RateLimiter limiter = New();

        Assert.Equal(Limit.Burst, Served(limiter, Host, new Instant(-5), tries: 10));
        Assert.Equal(1, Served(limiter, Host, new Instant(-5) + TimeSpan.FromMilliseconds(100), tries: 10));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    [InlineData(1, 1, 3)]
    [InlineData(1, 1, -4)]
    [InlineData(1, 1, 2 * RateLimiter.MaxBuckets)]
    public void Numbers_out_of_range_are_refused(int perSecond, int burst, int buckets) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimiter(new RateLimit(perSecond, burst), (0, 0), buckets));

    [Fact]
    public void The_hash_is_SipHash()
    {
        // the authors' vector for the message 00 01 .. 07 under the key 00 01 .. 0f
        var hash = new SipHash(0x0706050403020100, 0x0F0E0D0C0B0A0908);

        Assert.Equal(0x93F5F5799A932462, hash.Of(0x0706050403020100));
    }

    private static RateLimiter New() => new(Limit, (1, 2), buckets: 1024);

    private static HostAddress V4(int a, int b, int c) => HostAddress.FromBytes([(byte)a, (byte)b, (byte)c, 1]);

    private static int Served(RateLimiter limiter, HostAddress host, Instant now, int tries)
    {
        int served = 0;
        for (int i = 0; i < tries; i++) { served += limiter.TryAcquire(host, now) ? 1 : 0; }

        return served;
    }
}
