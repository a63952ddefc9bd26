namespace Punch.Protocol.Channels;

/// <summary>
/// In which order, and how evenly, the peer's datagrams come. It needs the numbers of their frames, and for the jitter the times at which
/// they left.
/// </summary>
internal sealed class DataArrivals
{
    /// <summary>How long after a newer one a datagram counts as late: media have played on by then.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMilliseconds(100);

    private const int Remembered = 64;

    // Half of what a stamp counts to. Over a longer pause nobody can tell how much of it was the sender's.
    private static readonly TimeSpan LongestGap = DataStamp.Unit * (ushort.MaxValue / 2);

    private readonly (ulong Number, Instant At)[] _newest = new (ulong, Instant)[Remembered];
    private long _count;
    private ulong _highest;
    private (ushort Stamp, Instant At)? _last;
    private double _jitter; // in ticks

    /// <summary>Datagrams that came after one that was sent later.</summary>
    public long Reordered { get; private set; }

    /// <summary>Those of them that came much later than it.</summary>
    public long Late { get; private set; }

    /// <summary>The jitter of RFC 3550 §A.8; null before two datagrams with stamps.</summary>
    public TimeSpan? Jitter { get; private set; }

    /// <summary>Takes note of a datagram.</summary>
    /// <param name="number">The number of its frame.</param>
    /// <param name="stamp">When it left; null if it does not say.</param>
    /// <param name="now">The current time.</param>
    public void Note(ulong number, ushort? stamp, Instant now)
    {
        NoteOrder(number, now);
        if (stamp is not { } left) { return; }

        if (_last is { } last && now - last.At < LongestGap) { Measure(last, left, now); }

        _last = (left, now);
    }

    private void NoteOrder(ulong number, Instant now)
    {
        if (_count == 0 || number > _highest)
        {
            _highest = number;
            _newest[_count++ % Remembered] = (number, now);
            return;
        }

        Reordered++;
        Instant passedAt = now;
        for (long i = Math.Max(0, _count - Remembered); i < _count && passedAt == now; i++)
        {
            if (_newest[i % Remembered].Number > number) { passedAt = _newest[i % Remembered].At; }
        }

        if (now - passedAt >= LateAfter) { Late++; }
    }

    private void Measure((ushort Stamp, Instant At) last, ushort left, Instant now)
    {
        // A datagram that was overtaken left before the last one.
        TimeSpan apart = DataStamp.Unit * unchecked((short)(left - last.Stamp));
        double difference = Math.Abs((now - last.At - apart).Ticks);
        _jitter += (difference - _jitter) / 16;
        Jitter = TimeSpan.FromTicks((long)_jitter);
    }
}
