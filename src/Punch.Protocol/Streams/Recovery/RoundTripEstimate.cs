namespace Punch.Protocol.Streams.Recovery;

/// <summary>The round-trip time of a path after RFC 9002 §5.</summary>
internal sealed class RoundTripEstimate
{
    /// <summary>The longest delay of an acknowledgement that the peer may declare (RFC 9000 §18.2, max_ack_delay).</summary>
    public static readonly TimeSpan MaxAckDelay = TimeSpan.FromMilliseconds(25);

    /// <summary>What a timer can tell apart (RFC 9002 §6.1.2, kGranularity).</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    // RFC 9002 §6.2.2: kInitialRtt.
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(333);

    public RoundTripEstimate() => Reset();

    /// <summary>Whether a packet was measured. Before that, the other values are a guess.</summary>
    public bool HasAny { get; private set; }

    /// <summary>The newest sample.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>The moving average.</summary>
    public TimeSpan Smoothed { get; private set; }

    /// <summary>The mean deviation.</summary>
    public TimeSpan Variation { get; private set; }

    /// <summary>The shortest sample.</summary>
    public TimeSpan Shortest { get; private set; }

    /// <summary>The time after which a probe is due, without back-off (RFC 9002 §6.2.1).</summary>
    public TimeSpan Pto => Smoothed + Max(Variation * 4, Granularity) + MaxAckDelay;

    /// <summary>Takes a guess from another measurement of the path. It is ignored after the first sample (RFC 9002 §6.2.2).</summary>
    public void Guess(TimeSpan roundTrip)
    {
        if (HasAny || roundTrip <= TimeSpan.Zero) { return; }

        Latest = roundTrip;
        Smoothed = roundTrip;
        Variation = roundTrip / 2;
    }

    /// <summary>Takes a sample: the time from a packet to its acknowledgement, and the delay that the peer declared.</summary>
    public void Note(TimeSpan sample, TimeSpan ackDelay)
    {
        sample = Max(sample, TimeSpan.FromTicks(1));
        Latest = sample;
        if (!HasAny)
        {
            HasAny = true;
            Shortest = sample;
            Smoothed = sample;
            Variation = sample / 2;
            return;
        }

        // RFC 9002 §5.2: the shortest one ignores the declared delay.
        Shortest = sample < Shortest ? sample : Shortest;
        TimeSpan adjusted = Adjust(sample, ackDelay);
        Variation = ((Variation * 3) + (Smoothed - adjusted).Duration()) / 4;
        Smoothed = ((Smoothed * 7) + adjusted) / 8;
    }

    /// <summary>
    /// Takes the newest sample for the shortest one: after persistent congestion the path may be another (RFC 9002 §5.2).
    /// </summary>
    public void ForgetShortest() => Shortest = Latest;

    /// <summary>Forgets all: the path is new (RFC 9000 §9.4).</summary>
    public void Reset()
    {
        HasAny = false;
        Shortest = TimeSpan.Zero;
        Latest = Initial;
        Smoothed = Initial;
        Variation = Initial / 2;
    }

    // RFC 9002 §5.3: the delay is believed up to its maximum, and never below the shortest sample.
    private TimeSpan Adjust(TimeSpan sample, TimeSpan ackDelay)
    {
        TimeSpan believed = ackDelay < MaxAckDelay ? Max(ackDelay, TimeSpan.Zero) : MaxAckDelay;
        return sample - Shortest >= believed ? sample - believed : sample;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
