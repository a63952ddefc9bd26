using Punch.Protocol;

namespace Punch.Cli.Copy;

/// <summary>The rate of a copy over the last few seconds.</summary>
internal sealed class CopyRate
{
    /// <summary>How often the rate is measured, and shown.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Weighs the last five seconds or so.
    private const double Weight = 0.3;

    private Instant _at;
    private long _bytes;

    /// <summary>When it is measured next; null before the first time.</summary>
    public Instant? Next { get; private set; }

    /// <summary>The rate; 0 if it is not known.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>Notes how many bytes are through.</summary>
    public void Note(long bytes, Instant now)
    {
        if (Next is not null && now > _at)
        {
            double rate = (bytes - _bytes) / (now - _at).TotalSeconds;
            BytesPerSecond = BytesPerSecond == 0 ? rate : (Weight * rate) + ((1 - Weight) * BytesPerSecond);
        }

        (_at, _bytes, Next) = (now, bytes, now + Period);
    }
}
