namespace Punch.Tests.Streams.Recovery.Model;

/// <summary>Virtual time: actions that happen in the order of their instants.</summary>
internal sealed class ModelClock
{
    private readonly PriorityQueue<Action, (long Ticks, long Order)> _actions = new();
    private long _order;

    public Instant Now { get; private set; } = Instant.At(TimeSpan.FromSeconds(100));

    public void At(Instant at, Action action) => _actions.Enqueue(action, (Math.Max(at.Ticks, Now.Ticks), _order++));

    public void Run(TimeSpan time)
    {
        Instant end = Now + time;
        while (_actions.TryPeek(out _, out (long Ticks, long Order) next) && next.Ticks <= end.Ticks)
        {
            Action action = _actions.Dequeue();
            Now = new Instant(next.Ticks);
            action();
        }

        Now = end;
    }
}
