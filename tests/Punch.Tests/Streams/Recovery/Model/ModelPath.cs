namespace Punch.Tests.Streams.Recovery.Model;

/// <summary>A bottleneck with a drop-tail queue that flows share, and a way back for acknowledgements. Both lose packets.</summary>
internal sealed class ModelPath(ModelClock clock, ulong seed)
{
    private SplitMix64 _random = new(seed);
    private Instant _freeAt;

    public double BitsPerSecond { get; init; } = 1e9;

    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(50);

    public long Queue { get; init; } = 2_500_000;

    public double Loss { get; init; }

    /// <summary>The share of packets that is held up for <see cref="HoldUp"/>.</summary>
    public double Reordered { get; init; }

    public TimeSpan HoldUp { get; set; }

    public int Mtu { get; set; } = int.MaxValue;

    public bool IsDown { get; set; }

    public long Dropped { get; private set; }

    public ModelClock Clock => clock;

    public double BytesPerSecond => BitsPerSecond / 8;

    public void Send(int size, Action arrive)
    {
        Instant start = _freeAt > clock.Now ? _freeAt : clock.Now;
        double backlog = (start - clock.Now).TotalSeconds * BytesPerSecond;
        if (IsDown || size > Mtu || backlog + size > Queue || _random.NextDouble() < Loss)
        {
            Dropped++;
            return;
        }

        _freeAt = start + TimeSpan.FromTicks((long)(size / BytesPerSecond * 1e7));
        TimeSpan held = _random.NextDouble() < Reordered ? HoldUp : TimeSpan.Zero;
        clock.At(_freeAt + (RoundTrip / 2) + held, arrive);
    }

    public void Return(Action arrive)
    {
        if (!IsDown && _random.NextDouble() >= Loss) { clock.At(clock.Now + (RoundTrip / 2), arrive); }
    }
}
