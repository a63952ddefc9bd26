namespace Punch.Protocol.Streams.Recovery;

/// <summary>The congestion control of RFC 9002 §7.</summary>
internal sealed class NewReno : ICongestionControl
{
    private int _maxPacket;
    private long _threshold;
    private long _credit;
    private (long Window, long Threshold) _before;

    /// <inheritdoc/>
    public long Window { get; private set; }

    /// <inheritdoc/>
    public bool IsSlowStart => Window < _threshold;

    private long Least => 2L * _maxPacket;

    /// <inheritdoc/>
    public void Reset(int maxPacket)
    {
        _maxPacket = maxPacket;
        _threshold = long.MaxValue;
        _credit = 0;
        Window = WindowSize.Initial(maxPacket);
        _before = (Window, _threshold);
    }

    /// <inheritdoc/>
    public void Resize(int maxPacket)
    {
        _maxPacket = maxPacket;
        Window = Math.Max(Window, Least);
    }

    /// <inheritdoc/>
    public void Acknowledge(in AckSample sample)
    {
        // The bytes are all that counts here.
    }

    /// <inheritdoc/>
    public bool Lose(in LossSample sample)
    {
        if (sample.IsRecovering) { return false; }

        _before = (Window, _threshold);
        Window = Math.Max(Window / 2, Least);
        _threshold = Window;
        _credit = 0;
        return true;
    }

    /// <inheritdoc/>
    public void Grow(long bytes, TimeSpan smoothed, Instant now)
    {
        if (IsSlowStart)
        {
            Window = Math.Min(Window + bytes, WindowSize.Most);
            return;
        }

        // RFC 9002 §7.3.3: one packet for each window of acknowledged bytes.
        _credit += bytes;
        if (_credit < Window) { return; }

        _credit -= Window;
        Window = Math.Min(Window + _maxPacket, WindowSize.Most);
    }

    /// <inheritdoc/>
    public void Undo() => (Window, _threshold) = (Math.Max(Window, _before.Window), Math.Max(_threshold, _before.Threshold));

    /// <inheritdoc/>
    public void Collapse() => Window = Least;
}
