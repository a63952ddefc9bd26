using Punch.Simulation;
using Xunit;

namespace Punch.Tests.Session;

/// <summary>Data both ways over simulated networks, to the end of both sides.</summary>
public sealed class DataPairTests
{
    private static readonly LinkOptions Way = new() { Delay = TimeSpan.FromMilliseconds(12.5) };

    [Fact]
    public void Over_a_network_that_loses_nothing_both_sides_have_every_byte_and_end_soon()
    {
        byte[] a = Bytes(1, 300_000);
        byte[] b = Bytes(2, 100);

        DataPair pair = new DataPair(1, Way, a, b).RunToEnd(TimeSpan.FromMinutes(1));

        pair.Simulator.Check(pair.AreEnded, "both end");
        Assert.Equal(a, pair.ReceivedByB);
        Assert.Equal(b, pair.ReceivedByA);
        Assert.Equal(0, pair.SessionA.Statistics.DataOutbound.Lost);
        Assert.InRange(pair.Simulator.Now - Instant.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Nothing_to_say_on_either_side_ends_at_once()
    {
        DataPair pair = new DataPair(1, Way, [], []).RunToEnd(TimeSpan.FromMinutes(1));

        pair.Simulator.Check(pair.AreEnded, "both end");
        Assert.InRange(pair.Simulator.Now - Instant.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.Equal((Verdict.TwoWay, Verdict.TwoWay), (pair.SessionA.Verdict, pair.SessionB.Verdict));
    }

    [Fact]
    public void With_loss_and_reordering_both_sides_still_end_and_agree_on_what_was_lost()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            LinkOptions link = Way with { Loss = seed % 3 * 0.05, Reordering = seed % 2 * 0.05, Jitter = TimeSpan.FromMilliseconds(seed % 5) };
            byte[] a = Bytes(seed, 60_000);
            byte[] b = Bytes(seed + 1000, (int)(seed % 4) * 2000);
            DataPair pair = new DataPair(seed, link, a, b).RunToEnd(TimeSpan.FromMinutes(5));

            pair.Simulator.Check(pair.AreEnded, $"both end (seed {seed})");
            SessionStatistics atA = pair.SessionA.Statistics;
            SessionStatistics atB = pair.SessionB.Statistics;
            pair.Simulator.Check(atA.DataSent.Bytes == a.Length, "all was sent");
            pair.Simulator.Check(atB.DataReceived.Datagrams + atB.DataInbound.Lost == atA.DataSent.Datagrams, $"B misses {atB.DataInbound} of {atA.DataSent}, has {atB.DataReceived}");
            DataOutcome expected = atB.DataInbound.Lost + atA.DataInbound.Lost == 0 ? DataOutcome.Complete : DataOutcome.Lost;
            pair.Simulator.Check((atA.Data, atB.Data) == (expected, expected), $"both say {expected}: {atA.Data}, {atB.Data}");
            if (link.Loss == 0) { pair.Simulator.Check(pair.ReceivedByB.Length == a.Length, "without loss all arrives"); }
        }
    }

    [Fact]
    public void Doubled_datagrams_are_left_out_and_do_not_hide_lost_ones()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            byte[] a = Bytes(seed, 60_000);
            LinkOptions link = Way with { Loss = 0.01, Duplication = 0.5 };
            DataPair pair = new DataPair(seed, link, a, []).RunToEnd(TimeSpan.FromMinutes(5));

            pair.Simulator.Check(pair.AreEnded, $"both end (seed {seed})");
            SessionStatistics atA = pair.SessionA.Statistics;
            SessionStatistics atB = pair.SessionB.Statistics;
            pair.Simulator.Check(atB.DataDuplicates > 0 && atB.IsDataExact && atA.IsDataExact, "doubled ones are counted");
            pair.Simulator.Check(atB.DataReceived.Bytes == pair.ReceivedByB.Length, "what is counted is what came out");
            pair.Simulator.Check(atB.DataReceived.Datagrams + atB.DataInbound.Lost == atA.DataSent.Datagrams, "what is missing is known");
            pair.Simulator.Check(atA.DataOutbound.Lost == atB.DataInbound.Lost, "to both");
        }
    }

    [Theory]
    [InlineData(145)]
    [InlineData(167)]
    [InlineData(234)]
    public void Reordered_data_is_not_counted_as_lost_again_and_again(ulong seed)
    {
        LinkOptions link = Way with { Delay = TimeSpan.FromMilliseconds(75), Reordering = 0.1, Jitter = TimeSpan.FromMilliseconds(1) };
        byte[] a = Bytes(seed, 600_000);

        DataPair pair = new DataPair(seed, link, a, []).RunToEnd(TimeSpan.FromMinutes(5));

        pair.Simulator.Check(pair.AreEnded && pair.ReceivedByB.Length == a.Length, "all arrives");
        Assert.InRange(pair.Simulator.Now - Instant.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_deadline_ends_a_pipe_without_an_end()
    {
        DataPair pair = new DataPair(1, Way, Bytes(1, 50_000_000), [], TimeSpan.FromSeconds(3)).RunToEnd(TimeSpan.FromMinutes(1));

        pair.Simulator.Check(pair.AreEnded, "both end");
        Assert.InRange(pair.Simulator.Now - Instant.Zero, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.1));
        Assert.InRange(pair.SessionB.Statistics.DataReceived.Bytes, 1, 49_999_999);
    }

    private static byte[] Bytes(ulong seed, int count)
    {
        var random = new SplitMix64(seed);
        byte[] bytes = new byte[count];
        foreach (ref byte each in bytes.AsSpan()) { each = (byte)(random.Next() & 0xFF); }

        return bytes;
    }
}
