namespace Punch.Tests;

/// <summary>A clock that moves when the test says so, and fires the timers on the way.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now = TimeSpan.FromTicks(77_000);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state), _now + dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan end = _now + time;
        while (_timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due) is { } next)
        {
            _now = next.Due;
            next.Fire();
        }

        _now = end;
    }

    private sealed class ManualTimer(ManualTime time, Action fire, TimeSpan due, TimeSpan period) : ITimer
    {
        public TimeSpan Due { get; private set; } = due;

        public void Fire()
        {
            Due += period;
            fire();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
