using Punch.Protocol.Streams.Recovery;
using Xunit;

namespace Punch.Tests.Streams.Recovery;

public sealed class PacerTests
{
    private const int Packet = 1_000;

    private readonly Pacer _pacer = new();
    private Instant _now = Instant.At(TimeSpan.FromSeconds(100));

    [Theory]
    [InlineData(false, 1.25)]
    [InlineData(true, 2)]
    public void The_rate_is_a_little_more_than_a_window_each_round_trip(bool isSlowStart, double gain)
    {
        Begin(window: 1_000_000, milliseconds: 100, isSlowStart);
        int burst = SendAll();
        int sent = 0;
        for (int i = 0; i < 1_000; i++) { sent += Step(1); }

        Assert.InRange(burst, 20_000, 40_000 + Packet);
        Assert.Equal(gain * 10_000_000, sent, 50_000.0);
    }

    [Fact]
    public void A_slow_flow_sends_sixteen_packets_at_once()
    {
        Begin(window: 100_000, milliseconds: 100);

        Assert.Equal(16_000, _pacer.Credit(_now));
        Assert.Equal(16_000, SendAll());
        Assert.Equal(0, _pacer.Credit(_now));
    }

    [Fact]
    public void A_fast_flow_sends_two_milliseconds_at_once()
    {
        Begin(window: 8_000_000, milliseconds: 100);
        Assert.Equal(200_000, SendAll());
    }

    [Fact]
    public void A_fast_flow_rests_for_a_millisecond_and_a_slow_one_for_its_debt()
    {
        Begin(window: 8_000_000, milliseconds: 100);
        SendAll();
        Assert.Equal(TimeSpan.FromMilliseconds(1), _pacer.Next - _now);
        Assert.Equal(0, Step(0.9));
        Assert.Equal(100_000, Step(0.1));

        // 12.5 bytes a millisecond: the last packet left a debt of half a packet.
        Begin(window: 1_000, milliseconds: 100);
        _pacer.NoteSent(16_500, _now);
        Assert.False(_pacer.MaySend(_now));
        Assert.InRange((_pacer.Next!.Value - _now).TotalMilliseconds, 40, 41.1);
    }

    [Fact]
    public void After_the_wait_no_time_is_left_over()
    {
        Begin(window: 8_000_000, milliseconds: 100);
        SendAll();
        _now = _pacer.Next!.Value;
        _pacer.Fill(_now);

        Assert.Null(_pacer.Next);
        Assert.True(_pacer.MaySend(_now));
    }

    [Fact]
    public void Idle_time_is_worth_one_burst()
    {
        Begin(window: 100_000, milliseconds: 100);
        SendAll();
        _now += TimeSpan.FromHours(1);

        Assert.Equal(16_000, SendAll());
    }

    [Fact]
    public void A_round_trip_below_a_millisecond_is_not_paced()
    {
        Begin(window: 1_000_000, milliseconds: 0.9);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(_pacer.MaySend(_now));
            _pacer.NoteSent(Packet, _now);
        }

        Assert.Null(_pacer.Next);
        Assert.Equal(long.MaxValue, _pacer.Credit(_now));
    }

    [Fact]
    public void Packets_that_did_not_ask_leave_a_debt_of_one_burst_at_most()
    {
        Begin(window: 100_000, milliseconds: 100);
        for (int i = 0; i < 1_000; i++) { _pacer.NoteSent(Packet, _now); }

        Assert.False(_pacer.MaySend(_now));
        Assert.InRange((_pacer.Next!.Value - _now).TotalMilliseconds, 12, 15);
    }

    private void Begin(long window, double milliseconds, bool isSlowStart = false)
    {
        _pacer.SetRate(window, isSlowStart, TimeSpan.FromMilliseconds(milliseconds), Packet, _now);
        _pacer.Reset(_now);
    }

    private int Step(double milliseconds)
    {
        _now += TimeSpan.FromMilliseconds(milliseconds);
        return SendAll();
    }

    private int SendAll()
    {
        int sent = 0;
        for (; _pacer.MaySend(_now); sent += Packet) { _pacer.NoteSent(Packet, _now); }

        return sent;
    }
}
