using Xunit;

namespace Punch.Tests.Paths.Plans;

public sealed class ClockSlotsTests
{
    private static readonly DateTimeOffset SlotStart = new(2026, 11, 22, 14, 24, 0, TimeSpan.Zero);

    [Fact]
    public void A_slot_primes_at_its_start_and_is_in_earnest_once_the_peer_must_have_primed()
    {
        List<(double At, SlotSend Send)> sends = Run(SlotTier.Short, SlotStart, TimeSpan.FromSeconds(8));

        Assert.Equal([0, 2.2, 3, 4, 6.2, 7, 8], sends.Select(s => s.At));
        Assert.Equal([true, false, false, true, false, false, true], sends.Select(s => s.Send.IsPrime));
        Assert.Equal(1, sends[3].Send.Slot - sends[0].Send.Slot);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(2.1, 0)]
    [InlineData(2.2, 1.8)]
    [InlineData(3.9, 0.1)]
    public void A_late_side_primes_at_once_or_waits_for_the_next_slot(double into, double firstAt)
    {
        List<(double At, SlotSend Send)> sends = Run(SlotTier.Short, SlotStart.AddSeconds(into), TimeSpan.FromSeconds(5));

        Assert.Equal(firstAt, sends[0].At, 0.001);
        Assert.True(sends[0].Send.IsPrime);
    }

    [Fact]
    public void Two_clocks_that_agree_are_in_the_same_slot_whenever_they_begin()
    {
        SlotSend early = Run(SlotTier.Short, SlotStart, TimeSpan.FromSeconds(41))[^1].Send;
        SlotSend late = Run(SlotTier.Short, SlotStart.AddSeconds(40), TimeSpan.FromSeconds(1))[^1].Send;

        Assert.Equal(early, late);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_port_comes_round_again_after_the_half_minute_that_routers_remember(bool isShort)
    {
        SlotTier tier = isShort ? SlotTier.Short : SlotTier.Long;

        TimeSpan rest = (tier.Length * tier.Ports) - tier.Steps[^1];

        Assert.InRange(rest.TotalSeconds, 31, double.MaxValue);
        Assert.True(tier.EarnestAfter < tier.Length && tier.Steps.Contains(tier.EarnestAfter));
    }

    [Fact]
    public void The_tiers_take_different_ports_and_ports_past_the_last_go_on_at_1024()
    {
        Assert.Equal(SlotTier.Short.FirstOffset + SlotTier.Short.Ports, SlotTier.Long.FirstOffset);
        Assert.Equal(6312, SlotTier.PortAt(6311, 1));
        Assert.Equal(65535, SlotTier.PortAt(65534, 1));
        Assert.Equal(1024, SlotTier.PortAt(65535, 1));
        Assert.Equal(1027, SlotTier.PortAt(65535, 4));
    }

    [Fact]
    public void Primes_go_as_far_as_reports_say_and_as_guessed_before_that()
    {
        TransportAddress to = TransportAddress.Parse("192.0.2.1:6312");
        var hops = new HopLimits();
        Assert.Equal([2, 3, 4], new byte[] { 2, 3, 4 }.Select(guess => (int)hops.Take(guess, to)));

        hops.Take(2, to);
        hops.NoteExpired(to, HostAddress.Parse("100.64.0.9"));
        Assert.All(Enumerable.Range(2, 5), guess => Assert.InRange(hops.Take((byte)guess, to), Math.Max(3, guess), HopLimits.Furthest));

        hops.Take(4, to);
        hops.NoteExpired(to, HostAddress.Parse("198.51.100.7"));
        Assert.All(Enumerable.Range(2, 5), guess => Assert.Equal(4, hops.Take((byte)guess, to)));
    }

    [Fact]
    public void Forged_reports_move_the_hop_limit_within_its_bounds_only()
    {
        TransportAddress to = TransportAddress.Parse("192.0.2.1:6312");
        var hops = new HopLimits();
        foreach (string by in (string[])["10.0.0.1", "198.51.100.7"])
        {
            for (int guess = 2; guess <= byte.MaxValue; guess++)
            {
                hops.Take((byte)guess, to);
                hops.NoteExpired(to, HostAddress.Parse(by));
                Assert.InRange(hops.Take(2, to), 2, HopLimits.Furthest);
            }
        }
    }

    [Fact]
    public void No_more_primes_are_remembered_than_have_room()
    {
        var hops = new HopLimits();
        for (ushort port = 1; port <= HopLimits.Remembered + 1; port++) { hops.Take(2, new TransportAddress(HostAddress.Parse("192.0.2.1"), port)); }

        hops.NoteExpired(TransportAddress.Parse("192.0.2.1:1"), HostAddress.Parse("10.0.0.1"));
        Assert.Equal(2, hops.Take(2, TransportAddress.Parse("192.0.2.1:2")));
    }

    private static List<(double At, SlotSend Send)> Run(SlotTier tier, DateTimeOffset wallClock, TimeSpan duration)
    {
        Instant start = Instant.At(TimeSpan.FromHours(3));
        var slots = new ClockSlots(tier, wallClock, start, start);
        var sends = new List<(double, SlotSend)>();
        while (slots.Next <= start + duration)
        {
            Instant now = slots.Next;
            if (slots.TryTake(now, out SlotSend send)) { sends.Add(((now - start).TotalSeconds, send)); }
        }

        return sends;
    }
}
