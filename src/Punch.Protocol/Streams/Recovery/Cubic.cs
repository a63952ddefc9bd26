namespace Punch.Protocol.Streams.Recovery;

/// <summary>
/// CUBIC (RFC 9438) with HyStart++ (RFC 9406), and with a filter that keeps the window when a loss is no sign of congestion.
/// </summary>
internal sealed class Cubic : ICongestionControl
{
    private readonly LossFilter? _filter;
    private readonly HyStart _hyStart = new();
    private CubicCurve _curve;
    private double _window;
    private double _threshold;
    private int _maxPacket;
    private (double Window, double Threshold, CubicCurve Curve) _before;

    /// <param name="isFiltered">Whether losses on a path without a queue are repaired only.</param>
    public Cubic(bool isFiltered = true) => _filter = isFiltered ? new LossFilter() : null;

    /// <inheritdoc/>
    public long Window => (long)_window;

    /// <inheritdoc/>
    public bool IsSlowStart => _window < _threshold;

    /// <summary>The window at which slow start ends, in bytes; infinite until the first reduction.</summary>
    public double Threshold => _threshold;

    private double Least => 2.0 * _maxPacket;

    /// <inheritdoc/>
    public void Reset(int maxPacket)
    {
        _maxPacket = maxPacket;
        _window = WindowSize.Initial(maxPacket);
        _threshold = double.PositiveInfinity;
        _curve.Reset();
        _hyStart.Reset();
        _filter?.Reset();
        _before = (_window, _threshold, _curve);
    }

    /// <inheritdoc/>
    public void Resize(int maxPacket)
    {
        if (maxPacket == _maxPacket) { return; }

        // The curve counts packets, so it begins anew.
        _maxPacket = maxPacket;
        _window = Math.Max(_window, Least);
        _curve.Leave(_window / _maxPacket);
    }

    /// <inheritdoc/>
    public void Acknowledge(in AckSample sample)
    {
        _filter?.Acknowledge(sample);

        // RFC 9406 §4.3: only the first slow start.
        if (!double.IsPositiveInfinity(_threshold)) { return; }

        _hyStart.Acknowledge(sample);
        if (!_hyStart.IsOver) { return; }

        _threshold = _window;
        _curve.Leave(_window / _maxPacket);
    }

    /// <inheritdoc/>
    public bool Lose(in LossSample sample)
    {
        if (sample.IsRecovering) { return false; }

        _filter?.Lose(sample.Packets);
        if (_filter?.IsCongestion == false) { return false; }

        _filter?.NoteReduction();
        _before = (_window, _threshold, _curve);
        _window = Math.Max(_curve.Reduce(_window / _maxPacket) * _maxPacket, Least);
        _threshold = _window;
        return true;
    }

    /// <inheritdoc/>
    public void Grow(long bytes, TimeSpan smoothed, Instant now)
    {
        double grown = IsSlowStart
            ? _window + _hyStart.Growth(bytes)
            : _curve.Grow(_window / _maxPacket, (double)bytes / _maxPacket, smoothed, now) * _maxPacket;
        _window = Math.Min(grown, WindowSize.Most);
    }

    /// <inheritdoc/>
    public void Undo()
    {
        if (_window >= _before.Window) { return; }

        (_window, _threshold, _curve) = _before;
        _window = Math.Max(_window, Least);
    }

    /// <inheritdoc/>
    public void Collapse()
    {
        // The path may be another one, so what was measured says nothing (RFC 9002 §5.2).
        _window = Least;
        _curve.Pause();
        _hyStart.Reset();
        _filter?.Reset();
    }
}
