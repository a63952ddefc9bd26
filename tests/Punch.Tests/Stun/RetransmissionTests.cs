using Punch.Protocol;
using Punch.Protocol.Stun;
using Xunit;

namespace Punch.Tests.Stun;

public sealed class RetransmissionTests
{
    [Fact]
    public void The_standard_schedule_is_that_of_RFC_8489() =>
        Assert.Equal([0, 500, 1500, 3500, 7500, 15500, 31500, -39500], Run(RetransmissionSchedule.Standard));

    [Fact]
    public void The_diagnosis_schedule_ends_after_three_seconds() =>
        Assert.Equal([0, 100, 300, 700, 1500, -3000], Run(RetransmissionSchedule.Diagnosis));

    [Fact]
    public void The_total_is_when_the_run_ends()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(39500), RetransmissionSchedule.Standard.Total);
        Assert.Equal(TimeSpan.FromMilliseconds(3000), RetransmissionSchedule.Diagnosis.Total);
        Assert.Equal(TimeSpan.FromMilliseconds(60), new RetransmissionSchedule(TimeSpan.FromMilliseconds(20), Sends: 1, LastWait: 3).Total);
    }

    [Fact]
    public void A_request_sent_once_is_given_up_after_the_last_wait() =>
        Assert.Equal([0, -60], Run(new RetransmissionSchedule(TimeSpan.FromMilliseconds(20), Sends: 1, LastWait: 3)));

    [Fact]
    public void A_millisecond_early_nothing_happens()
    {
        var start = Instant.At(TimeSpan.FromSeconds(5));
        var transaction = Retransmission.Begin(RetransmissionSchedule.Standard, start);

        Assert.Equal(RetransmissionStep.Wait, transaction.Next(start + TimeSpan.FromMilliseconds(499), out Retransmission next));
        Assert.Equal(transaction, next);
        Assert.Equal(RetransmissionStep.Send, transaction.Next(start + TimeSpan.FromMilliseconds(500), out next));
        Assert.Equal(2, next.Sent);
    }

    [Fact]
    public void A_late_driver_sends_once_and_waits_the_whole_pause()
    {
        var late = Instant.At(TimeSpan.FromSeconds(20));
        var transaction = Retransmission.Begin(RetransmissionSchedule.Standard, Instant.Zero);

        Assert.Equal(RetransmissionStep.Send, transaction.Next(late, out transaction));
        Assert.Equal(RetransmissionStep.Wait, transaction.Next(late, out transaction));
        Assert.Equal(late + TimeSpan.FromSeconds(1), transaction.NextTimeout);
    }

    [Fact]
    public void Only_an_unrepeated_request_measures_a_round_trip()
    {
        var transaction = Retransmission.Begin(RetransmissionSchedule.Diagnosis, Instant.Zero);
        Assert.True(transaction.IsUnambiguous);

        transaction.Next(transaction.NextTimeout, out transaction);
        Assert.False(transaction.IsUnambiguous);
    }

    /// <summary>Milliseconds of each send, and last, negated, of giving up.</summary>
    private static List<double> Run(RetransmissionSchedule schedule)
    {
        List<double> log = [0];
        var transaction = Retransmission.Begin(schedule, Instant.Zero);
        for (; ; )
        {
            Instant now = transaction.NextTimeout;
            double elapsed = (now - Instant.Zero).TotalMilliseconds;
            RetransmissionStep step = transaction.Next(now, out transaction);
            log.Add(step == RetransmissionStep.GiveUp ? -elapsed : elapsed);
            if (step == RetransmissionStep.GiveUp) { return log; }

            Assert.Equal(RetransmissionStep.Send, step);
        }
    }
}
