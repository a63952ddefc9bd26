using System.Globalization;

namespace Punch.Protocol.Text;

/// <summary>
/// The local time in the format of the original program, <c>2007-02-26 12:00:00 +0000</c>. It is computed from the wall clock at the
/// session's start and the monotonic time since. The text is kept until its second is over.
/// </summary>
internal sealed class TimeText(DateTimeOffset wallClock, Instant start)
{
    /// <summary>The length of every such text in bytes.</summary>
    public const int Length = 25;

    private readonly byte[] _text = new byte[Length];
    private long _second = long.MinValue;

    /// <summary>The text for this moment; valid until the next call.</summary>
    public ReadOnlySpan<byte> At(Instant now)
    {
        DateTimeOffset time = wallClock + (now - start);
        long second = time.UtcTicks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            _second = second;
            Write(time);
        }

        return _text;
    }

    private void Write(DateTimeOffset time)
    {
        time.DateTime.TryFormat(_text, out int written, "yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture);
        _text[written] = (byte)(time.Offset < TimeSpan.Zero ? '-' : '+');
        time.Offset.Duration().TryFormat(_text.AsSpan(written + 1), out _, "hhmm", CultureInfo.InvariantCulture);
    }
}
